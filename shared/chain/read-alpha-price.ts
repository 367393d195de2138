import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { callRuntime, hasRuntimeCall } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { readStorage } from './read-storage.ts'
import type { CallLimits } from './rpc-socket.ts'

const integer = Compile(JsonInteger)
const swapCall = 'SwapRuntimeApi_current_alpha_price'
const raoPerTao = 1_000_000_000n

/**
 * What one alpha of a subnet costs, in rao: as the runtime's pool says it, else the pool's reserves divided (TAO over alpha), else 1 TAO
 * where the subnet has no pool. Throws CHAIN_DECODE besides the codes of a call.
 */
export async function readAlphaPrice(connection: ChainConnection, netuid: number, at?: string, limits: CallLimits = {}): Promise<bigint> {
  if (hasRuntimeCall(connection, swapCall)) return demandInteger(swapCall, await callRuntime(connection, swapCall, [netuid], at, limits))
  const read = async (item: string) => demandInteger(item, await readStorage(connection, 'subtensorModule', item, [netuid], at, limits))
  const [mechanism, tao, alpha] = await Promise.all([read('subnetMechanism'), read('subnetTAO'), read('subnetAlphaIn')])
  return mechanism === 0n || tao === 0n || alpha === 0n ? raoPerTao : (tao * raoPerTao) / alpha
}

function demandInteger(call: string, json: unknown): bigint {
  if (!integer.Check(json)) throw new AssayError('CHAIN_DECODE', { call, problem: 'expected an integer' })
  return toBigInt(json)
}
