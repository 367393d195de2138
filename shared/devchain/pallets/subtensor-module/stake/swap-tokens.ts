import type { PoolSwap } from '../../../../consensus/pool/swap-in-pool.ts'
import type { Context } from '../../../context.ts'
import { hasPool } from '../../swap/read-pool.ts'
import { runSwap, type SwapTerms } from '../../swap/run-swap.ts'
import { storage } from '../storage.ts'

/** Takes TAO into a subnet's reserves and gives alpha out of them, all in rao; the fee stays outside. Throws the Swap pallet's error. */
export function buyAlpha(ctx: Context, netuid: number, tao: bigint, terms?: SwapTerms): PoolSwap {
  const swap = hasPool(ctx, netuid) ? runSwap(ctx, netuid, 'buy', tao, terms) : oneForOne(tao)
  change(ctx, storage.SubnetAlphaIn, netuid, -swap.paidOut)
  change(ctx, storage.SubnetAlphaOut, netuid, swap.paidOut)
  change(ctx, storage.SubnetTAO, netuid, swap.paidIn)
  ctx.set(storage.TotalStake, ctx.get(storage.TotalStake) + tao)
  addVolume(ctx, netuid, tao)
  return swap
}

/** Takes alpha back into a subnet's reserves and gives TAO out of them, all in rao; the fee stays outside. Throws the Swap pallet's error. */
export function sellAlpha(ctx: Context, netuid: number, alpha: bigint, terms?: SwapTerms): PoolSwap {
  const swap = hasPool(ctx, netuid) ? runSwap(ctx, netuid, 'sell', alpha, terms) : oneForOne(alpha)
  change(ctx, storage.SubnetAlphaIn, netuid, swap.paidIn)
  change(ctx, storage.SubnetAlphaOut, netuid, -swap.paidIn)
  change(ctx, storage.SubnetTAO, netuid, -swap.paidOut)
  const staked = ctx.get(storage.TotalStake) - swap.paidOut
  ctx.set(storage.TotalStake, staked < 0n ? 0n : staked)
  addVolume(ctx, netuid, swap.paidOut)
  return swap
}

function oneForOne(amount: bigint): PoolSwap {
  return { paidIn: amount, paidOut: amount, fee: 0n }
}

function change(ctx: Context, entry: typeof storage.SubnetTAO, netuid: number, by: bigint): void {
  const value = ctx.get(entry, netuid) + by
  ctx.set(entry, netuid, value < 0n ? 0n : value)
}

function addVolume(ctx: Context, netuid: number, tao: bigint): void {
  ctx.set(storage.SubnetVolume, netuid, ctx.get(storage.SubnetVolume, netuid) + tao)
}
