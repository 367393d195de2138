import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** Says whether WeightsSetRateLimit blocks have passed since a uid's last weights; 0 stands for never. */
export function passesWeightsRateLimit(ctx: Context, netuid: number, uid: number): boolean {
  const last = ctx.get(storage.LastUpdate, netuid)[uid] ?? 0n
  return last === 0n || BigInt(ctx.block) - last >= ctx.get(storage.WeightsSetRateLimit, netuid)
}
