import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { callRuntime, hasRuntimeCall } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import type { CallLimits } from './rpc-socket.ts'

/** What staking an amount of TAO would come to now; all in rao. */
export interface StakeQuote {
  readonly alphaRao: bigint
  /** TAO that the swap itself costs. */
  readonly feeRao: bigint
  /** What an alpha then costs on average, fee included. */
  readonly averagePriceRao: bigint
}

const call = 'SwapRuntimeApi_sim_swap_tao_for_alpha'
const swap = Compile(Type.Object({ alphaAmount: JsonInteger, taoFee: JsonInteger }))
const raoPerUnit = 1_000_000_000n

/**
 * Asks the runtime what staking rao of TAO on a subnet would give; null where it offers no such call, or where the pool would refuse the
 * order. Throws CHAIN_DECODE besides the codes of a call.
 */
export async function readStakeQuote(
  connection: ChainConnection,
  netuid: number,
  taoRao: bigint,
  limits: CallLimits = {},
): Promise<StakeQuote | null> {
  if (!hasRuntimeCall(connection, call)) return null
  const json = await callRuntime(connection, call, [netuid, taoRao], undefined, limits)
  if (!swap.Check(json)) throw new AssayError('CHAIN_DECODE', { call, problem: 'expected amounts' })
  const alphaRao = toBigInt(json.alphaAmount)
  if (alphaRao === 0n) return null
  return { alphaRao, feeRao: toBigInt(json.taoFee), averagePriceRao: (taoRao * raoPerUnit) / alphaRao }
}
