import { divQ64, floorQ64, mulQ64, toQ64 } from '../../consensus/pool/q64.ts'
import type { Context } from '../context.ts'
import { readPriceQ64 } from '../pallets/swap/read-pool.ts'
import { simulateSwap } from '../pallets/swap/run-swap.ts'
import type { ValueOf } from '../scale/codec.ts'
import { struct } from '../scale/composites.ts'
import { u64 } from '../scale/primitives.ts'

const raoPerTao = 1_000_000_000n

/** What a swap would take and give, its fee, and what it gives less than the price before it promises; all in rao. */
export const simulatedSwap = struct('pallet_subtensor_swap_runtime_api::SimSwapResult', {
  tao_amount: u64,
  alpha_amount: u64,
  tao_fee: u64,
  alpha_fee: u64,
  tao_slippage: u64,
  alpha_slippage: u64,
})

type SimulatedSwap = ValueOf<typeof simulatedSwap>

const nothing: SimulatedSwap = { tao_amount: 0n, alpha_amount: 0n, tao_fee: 0n, alpha_fee: 0n, tao_slippage: 0n, alpha_slippage: 0n }

/** Rao of TAO that an alpha costs on a subnet now, floored. */
export function readPriceRao(ctx: Context, netuid: number): bigint {
  return floorQ64(mulQ64(readPriceQ64(ctx, netuid), toQ64(raoPerTao)))
}

/** What buying alpha for rao of TAO would come to; nothing where the pool would refuse. */
export function describeBuy(ctx: Context, netuid: number, tao: bigint): SimulatedSwap {
  const swap = simulateSwap(ctx, netuid, 'buy', tao)
  if (swap === null) return nothing
  const promised = floorQ64(divQ64(toQ64(tao), readPriceQ64(ctx, netuid)))
  const { paidIn, paidOut, fee } = swap
  return { ...nothing, tao_amount: paidIn, alpha_amount: paidOut, tao_fee: fee, alpha_slippage: less(promised, paidOut) }
}

/** What selling rao of alpha would come to; nothing where the pool would refuse. */
export function describeSale(ctx: Context, netuid: number, alpha: bigint): SimulatedSwap {
  const swap = simulateSwap(ctx, netuid, 'sell', alpha)
  if (swap === null) return nothing
  const promised = floorQ64(mulQ64(toQ64(alpha), readPriceQ64(ctx, netuid)))
  const { paidIn, paidOut, fee } = swap
  return { ...nothing, tao_amount: paidOut, alpha_amount: paidIn, alpha_fee: fee, tao_slippage: less(promised, paidOut) }
}

function less(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n
}
