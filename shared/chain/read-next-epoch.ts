import { AssayError } from '../errors/assay-error.ts'
import { callRuntime, hasRuntimeCall } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { CallLimits } from './rpc-socket.ts'

const call = 'SubnetInfoRuntimeApi_get_next_epoch_start_block'

/** The block at which the subnet's next epoch runs; null where it has none planned or the runtime cannot tell. */
export async function readNextEpochBlock(
  connection: ChainConnection,
  netuid: number,
  at?: string,
  limits: CallLimits = {},
): Promise<number | null> {
  if (!hasRuntimeCall(connection, call)) return null
  const json = await callRuntime(connection, call, [netuid], at, limits)
  if (json === null || typeof json === 'number') return json
  throw new AssayError('CHAIN_DECODE', { call, problem: `expected a block number, got ${JSON.stringify(json)}` })
}
