import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** Says whether ServingRateLimit blocks have passed since an address was last served; 0 stands for never. */
export function passesServingLimit(ctx: Context, netuid: number, lastBlock: bigint): boolean {
  const limit = ctx.get(storage.ServingRateLimit, netuid)
  return limit === 0n || lastBlock === 0n || BigInt(ctx.block) - lastBlock >= limit
}
