import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { EpochState } from './chain-port.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { readBlockNumber } from './read-head.ts'
import { readStorage } from './read-storage.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex } from './runtime.ts'

const integer = Compile(JsonInteger)
const pallet = 'subtensorModule'

/** The schedule of a subnet's epochs and reveals at one block. Throws CHAIN_UNSUPPORTED where the runtime keeps no such state, and CHAIN_DECODE. */
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
  const has = (item: string) => connection.runtime().decorated.query[pallet]?.[item] !== undefined
  const [block, tempo, lastEpochBlock, pendingEpochAt, subnetEpochIndex, blocksSinceLastStep, revealPeriodEpochs, version, freeze] =
    await Promise.all([
      readBlockNumber(connection.socket, hash, limits),
      ...[read('tempo'), read('lastEpochBlock'), read('pendingEpochAt'), read('subnetEpochIndex')],
      ...[read('blocksSinceLastStep'), read('revealPeriodEpochs')],
      has('commitRevealWeightsVersion') ? read('commitRevealWeightsVersion', []) : null,
      has('adminFreezeWindow') ? read('adminFreezeWindow', []) : null,
    ] as const)
  return {
    ...{ block, tempo, lastEpochBlock, pendingEpochAt, subnetEpochIndex, blocksSinceLastStep, revealPeriodEpochs },
    ...{ commitRevealVersion: version, adminFreezeWindow: freeze },
  }
}
