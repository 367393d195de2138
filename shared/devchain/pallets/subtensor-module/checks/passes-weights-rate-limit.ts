import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/**
 * Says whether WeightsSetRateLimit blocks have passed since a uid's last weights or commit; 0 stands for never. Each mechanism counts
 * for itself: `index` is its storage index.
 */
export function passesWeightsRateLimit(ctx: Context, netuid: number, uid: number, index = netuid): boolean {
  const last = ctx.get(storage.LastUpdate, index)[uid] ?? 0n
  const block = BigInt(ctx.block)
  // Saturating, as the chain subtracts: an update of the future, which only written storage can hold, is no blocks ago.
  return last === 0n || (block > last ? block - last : 0n) >= ctx.get(storage.WeightsSetRateLimit, netuid)
}
