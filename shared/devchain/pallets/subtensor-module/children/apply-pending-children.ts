import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { storeChildren } from './store-children.ts'

/** After a subnet's epoch: makes those children real whose cooldown is over, all of them while the subnet has not been started. */
export function applyPendingChildren(ctx: Context, netuid: number): void {
  const started = ctx.get(storage.SubtokenEnabled, netuid)
  for (const [[, hotkey], [children, cooldown]] of ctx.entries(storage.PendingChildKeys, netuid)) {
    if (started && cooldown >= BigInt(ctx.block)) continue
    storeChildren(ctx, netuid, hotkey, children)
    ctx.remove(storage.PendingChildKeys, netuid, hotkey)
  }
}
