import type { Context } from '../../../context.ts'
import { increaseStake } from '../stake/change-stake.ts'
import { storage } from '../storage.ts'

const root = 0

/** Credits rao of a subnet's alpha to all who stake on root with a hotkey; its owner gets it at once where there is less TAO than that. */
export function creditRoot(ctx: Context, hotkey: string, netuid: number, alpha: bigint): void {
  const stake = ctx.get(storage.TotalHotkeyAlpha, hotkey, root)
  if (alpha > stake) {
    increaseStake(ctx, hotkey, ctx.get(storage.Owner, hotkey), netuid, alpha)
    return
  }
  if (stake === 0n) return
  const rates = new Map(ctx.get(storage.RootClaimable, hotkey))
  rates.set(netuid, (rates.get(netuid) ?? 0n) + (alpha << 32n) / stake)
  ctx.set(
    storage.RootClaimable,
    hotkey,
    [...rates].sort(([a], [b]) => a - b),
  )
}
