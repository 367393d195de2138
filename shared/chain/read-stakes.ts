import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { readStorageMany } from './read-storage-many.ts'
import type { CallLimits } from './rpc-socket.ts'

/** Alpha that lies on a hotkey in one subnet, whoever staked it. */
export interface HotkeyStake {
  readonly hotkey: string
  readonly netuid: number
  readonly alphaRao: bigint
}

const flags = Compile(Type.Array(Type.Boolean()))
const amounts = Compile(Type.Array(JsonInteger))
const pallet = 'subtensorModule'
/** Netuids are given out from 0 on, and the chain keeps far fewer subnets than this. */
const netuidsAsked = 512

/** The stake on some hotkeys in every subnet, none where it is 0; two calls in all. Throws CHAIN_DECODE besides the codes of a call. */
export async function readStakes(
  connection: ChainConnection,
  hotkeys: readonly string[],
  limits: CallLimits = {},
): Promise<readonly HotkeyStake[]> {
  if (hotkeys.length === 0) return []
  const netuids = Array.from({ length: netuidsAsked }, (_, netuid) => netuid)
  const added = await readStorageMany(
    connection,
    pallet,
    'networksAdded',
    netuids.map(netuid => [netuid]),
    undefined,
    limits,
  )
  if (!flags.Check(added)) throw new AssayError('CHAIN_DECODE', { call: `${pallet}.networksAdded`, problem: 'expected yes or no' })
  const pairs = netuids.filter(netuid => added[netuid]).flatMap(netuid => hotkeys.map(hotkey => ({ hotkey, netuid })))
  const stored = await readStorageMany(
    connection,
    pallet,
    'totalHotkeyAlpha',
    pairs.map(({ hotkey, netuid }) => [hotkey, netuid]),
    undefined,
    limits,
  )
  if (!amounts.Check(stored)) throw new AssayError('CHAIN_DECODE', { call: `${pallet}.totalHotkeyAlpha`, problem: 'expected amounts' })
  return pairs.flatMap((pair, index) => {
    const alphaRao = toBigInt(stored[index] ?? 0)
    return alphaRao === 0n ? [] : [{ ...pair, alphaRao }]
  })
}
