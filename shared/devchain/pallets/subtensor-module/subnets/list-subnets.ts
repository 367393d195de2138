import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** The netuids that exist, root (0) among them, in the order in which the chain walks them. */
export function listSubnets(ctx: Context): number[] {
  return ctx.keys(storage.NetworksAdded).map(([netuid]) => netuid)
}
