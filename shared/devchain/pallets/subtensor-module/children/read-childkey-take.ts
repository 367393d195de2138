import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** The least childkey take on a subnet, in 65535ths: the chain's or the subnet's, whichever is greater. */
export function readLeastChildkeyTake(ctx: Context, netuid: number): number {
  return Math.max(ctx.get(storage.MinChildkeyTake), ctx.get(storage.MinChildkeyTakePerSubnet, netuid))
}

/** What a child keeps of its parents' dividends, in 65535ths. */
export function readChildkeyTake(ctx: Context, netuid: number, hotkey: string): number {
  return Math.max(ctx.get(storage.ChildkeyTake, hotkey, netuid), readLeastChildkeyTake(ctx, netuid))
}
