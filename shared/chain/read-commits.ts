import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { parseHotkey } from '../identity/ss58.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { WeightCommits } from './chain-port.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { readEpochState } from './read-epoch-state.ts'
import { readStorage } from './read-storage.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex } from './runtime.ts'

const hashQueue = Compile(Type.Union([Type.Null(), Type.Array(Type.Tuple([Type.String(), JsonInteger, JsonInteger, JsonInteger]))]))
const timelockedQueue = Compile(Type.Array(Type.Tuple([Type.String(), JsonInteger, Type.String(), JsonInteger])))
const pallet = 'subtensorModule'

/** The commits of a hotkey that the chain holds at one block: hashes, and timelocked ones of the epochs that may still be revealed. */
export async function readCommits(
  connection: ChainConnection,
  netuid: number,
  hotkey: string,
  at?: string,
  limits: CallLimits = {},
): Promise<WeightCommits> {
  const hash = at ?? assertHex(await connection.socket.call('chain_getBlockHash', [], limits), 'chain_getBlockHash')
  const has = (item: string) => connection.runtime().decorated.query[pallet]?.[item] !== undefined
  const { subnetEpochIndex, revealPeriodEpochs } = await readEpochState(connection, netuid, hash, limits)
  const first = Math.max(0, subnetEpochIndex - revealPeriodEpochs)
  const epochs = has('timelockedWeightCommits') ? Array.from({ length: subnetEpochIndex + 1 - first }, (_, index) => first + index) : []
  const [hashes, ...timelocked] = await Promise.all([
    has('weightCommits') ? readStorage(connection, pallet, 'weightCommits', [netuid, hotkey], hash, limits) : null,
    ...epochs.map(epoch => readStorage(connection, pallet, 'timelockedWeightCommits', [netuid, epoch], hash, limits)),
  ])
  if (!hashQueue.Check(hashes))
    throw new AssayError('CHAIN_DECODE', { call: `${pallet}.weightCommits`, problem: 'expected a queue of commits' })
  return {
    hashes: (hashes ?? []).map(([committed, epoch, block]) => ({
      hash: committed,
      epoch: Number(toBigInt(epoch)),
      block: Number(toBigInt(block)),
    })),
    timelocked: timelocked.flatMap((queue, index) => {
      if (!timelockedQueue.Check(queue))
        throw new AssayError('CHAIN_DECODE', { call: `${pallet}.timelockedWeightCommits`, problem: 'expected a queue of commits' })
      return queue
        .filter(([who]) => parseHotkey(who) === hotkey)
        .map(([, block, commit, round]) => ({
          commit,
          epoch: epochs[index] ?? 0,
          block: Number(toBigInt(block)),
          revealRound: toBigInt(round),
        }))
    }),
  }
}
