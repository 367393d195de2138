import type { Context } from '../../../context.ts'
import { readStakeWeight } from '../stake/read-stake-weight.ts'
import { storage } from '../storage.ts'
import { readOwnerUid } from '../subnets/read-owner-uid.ts'

/** Says whether a hotkey's stake weight reaches StakeThreshold; the subnet's owner needs none. */
export function hasStakeForWeights(ctx: Context, netuid: number, hotkey: string): boolean {
  const ownerUid = readOwnerUid(ctx, netuid)
  if (ownerUid !== undefined && ctx.get(storage.Uids, netuid, hotkey) === ownerUid) return true
  return readStakeWeight(ctx, hotkey, netuid).total >= ctx.get(storage.StakeThreshold)
}
