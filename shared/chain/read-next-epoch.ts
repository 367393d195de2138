import { AssayError } from '../errors/assay-error.ts'
import { callRuntime, hasRuntimeCall } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import { readBlockNumber } from './read-head.ts'
import { readStorage } from './read-storage.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex } from './runtime.ts'

const call = 'SubnetInfoRuntimeApi_get_next_epoch_start_block'

/**
 * The first block after `at` at which the subnet's epoch runs; null where it has none planned or the runtime cannot tell. Runtimes
 * without epoch state run it where (block + netuid + 1) mod (tempo + 1) is the tempo.
 */
export async function readNextEpochBlock(
  connection: ChainConnection,
  netuid: number,
  at?: string,
  limits: CallLimits = {},
): Promise<number | null> {
  if (!hasRuntimeCall(connection, call)) return readCountedEpochBlock(connection, netuid, at, limits)
  const json = await callRuntime(connection, call, [netuid], at, limits)
  if (json === null || typeof json === 'number') return json
  throw new AssayError('CHAIN_DECODE', { call, problem: `expected a block number, got ${JSON.stringify(json)}` })
}

async function readCountedEpochBlock(connection: ChainConnection, netuid: number, at: string | undefined, limits: CallLimits) {
  const items = connection.runtime().decorated.query.subtensorModule
  if (items?.lastEpochBlock !== undefined || items?.tempo === undefined) return null
  const hash = at ?? assertHex(await connection.socket.call('chain_getBlockHash', [], limits), 'chain_getBlockHash')
  const [block, tempo] = await Promise.all([
    readBlockNumber(connection.socket, hash, limits),
    readStorage(connection, 'subtensorModule', 'tempo', [netuid], hash, limits),
  ])
  if (typeof tempo !== 'number') throw new AssayError('CHAIN_DECODE', { call: 'subtensorModule.tempo', problem: 'expected an integer' })
  return nextCountedEpoch(block, netuid, tempo)
}

/** The first block after `block` where the count of blocks, shifted by the netuid, fills a tempo; null where the tempo is 0. */
export function nextCountedEpoch(block: number, netuid: number, tempo: number): number | null {
  if (tempo === 0) return null
  const next = block + 1
  return next + tempo - ((next + netuid + 1) % (tempo + 1))
}
