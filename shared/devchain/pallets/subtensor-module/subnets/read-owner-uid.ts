import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** The uid of the owner's hotkey, undefined where it is not registered on its subnet. */
export function readOwnerUid(ctx: Context, netuid: number): number | undefined {
  if (!ctx.has(storage.SubnetOwnerHotkey, netuid)) return undefined
  return ctx.get(storage.Uids, netuid, ctx.get(storage.SubnetOwnerHotkey, netuid))
}
