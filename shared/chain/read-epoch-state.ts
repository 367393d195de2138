import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { EpochState } from './chain-port.ts'
import { countEpochs } from './count-epochs.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { readBlockNumber } from './read-head.ts'
import { readStorage } from './read-storage.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex } from './runtime.ts'

const integer = Compile(JsonInteger)
const pallet = 'subtensorModule'
/** The version that runtimes have which know timelocked commits and no versions of them. */
const unnamedVersion = 3

/** Says whether the runtime keeps the state of its epochs; older ones run them by counting blocks. */
export function keepsEpochState({ runtime }: Pick<ChainConnection, 'runtime'>): boolean {
  return runtime().decorated.query[pallet]?.subnetEpochIndex !== undefined
}

/**
 * The schedule of a subnet's epochs and reveals at one block, as the runtime stores it or, where it stores none, as it counts.
 * Throws CHAIN_UNSUPPORTED where the runtime has neither tempo nor reveal period, and CHAIN_DECODE.
 */
export async function readEpochState(
  connection: ChainConnection,
  netuid: number,
  at?: string,
  limits: CallLimits = {},
): Promise<EpochState> {
  const hash = at ?? assertHex(await connection.socket.call('chain_getBlockHash', [], limits), 'chain_getBlockHash')
  const read = async (item: string, args: readonly unknown[] = [netuid]) => {
    const json = await readStorage(connection, pallet, item, args, hash, limits)
    if (!integer.Check(json)) throw new AssayError('CHAIN_DECODE', { call: `${pallet}.${item}`, problem: 'expected an integer' })
    return Number(toBigInt(json))
  }
  const { query, tx } = connection.runtime().decorated
  const has = (item: string) => query[pallet]?.[item] !== undefined
  const unnamed = tx[pallet]?.commitCrv3Weights === undefined ? null : unnamedVersion
  const [block, tempo, revealPeriodEpochs, commitRevealVersion, adminFreezeWindow] = await Promise.all([
    readBlockNumber(connection.socket, hash, limits),
    ...[read('tempo'), read('revealPeriodEpochs')],
    has('commitRevealWeightsVersion') ? read('commitRevealWeightsVersion', []) : unnamed,
    has('adminFreezeWindow') ? read('adminFreezeWindow', []) : null,
  ] as const)
  const common = { block, revealPeriodEpochs, commitRevealVersion, adminFreezeWindow }
  if (!keepsEpochState(connection)) return { ...common, ...countEpochs(block, netuid, tempo) }
  const [lastEpochBlock, pendingEpochAt, subnetEpochIndex, blocksSinceLastStep] = await Promise.all([
    ...[read('lastEpochBlock'), read('pendingEpochAt'), read('subnetEpochIndex'), read('blocksSinceLastStep')],
  ] as const)
  return { ...common, tempo, lastEpochBlock, pendingEpochAt, subnetEpochIndex, blocksSinceLastStep }
}
