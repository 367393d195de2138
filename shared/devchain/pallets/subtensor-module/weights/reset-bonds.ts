import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { listStorageIndices } from '../subnets/list-storage-indices.ts'

/** Drops every validator's bonds towards a hotkey, in all mechanisms, where the subnet allows that. */
export function resetBonds(ctx: Context, netuid: number, hotkey: string): void {
  const uid = ctx.get(storage.Uids, netuid, hotkey)
  if (!ctx.get(storage.BondsResetOn, netuid) || uid === undefined) return
  for (const index of listStorageIndices(ctx, netuid)) {
    for (const [[, validator], row] of ctx.entries(storage.Bonds, index)) {
      ctx.set(
        storage.Bonds,
        index,
        validator,
        row.filter(([to]) => to !== uid),
      )
    }
  }
}
