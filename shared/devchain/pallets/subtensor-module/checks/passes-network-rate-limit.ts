import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** Says whether NetworkRateLimit blocks have passed since anyone last registered a subnet. */
export function passesNetworkRateLimit(ctx: Context): boolean {
  const last = ctx.get(storage.LastRateLimitedBlock, { type: 'NetworkLastRegistered' })
  return last === 0n || BigInt(ctx.block) - last >= ctx.get(storage.NetworkRateLimit)
}
