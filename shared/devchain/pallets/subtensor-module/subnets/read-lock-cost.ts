import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/**
 * What a new subnet costs now, in rao: max(min, last x (first ? 1 : 2) - last / interval x blocks since the last one), so that the price
 * doubles with each subnet and comes down again over one to two intervals.
 */
export function readLockCost(ctx: Context): bigint {
  const last = ctx.get(storage.NetworkLastLockCost)
  const least = ctx.get(storage.NetworkMinLockCost)
  const interval = ctx.get(storage.NetworkLockReductionInterval)
  const lastBlock = ctx.get(storage.LastRateLimitedBlock, { type: 'NetworkLastRegistered' })
  const perBlock = interval === 0n ? 0n : last / interval
  const cost = last * (lastBlock === 0n ? 1n : 2n) - perBlock * (BigInt(ctx.block) - lastBlock)
  return cost < least ? least : cost
}
