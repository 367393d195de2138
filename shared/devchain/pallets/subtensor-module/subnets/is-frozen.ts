import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { readEpochSchedule } from './read-epoch-schedule.ts'

/**
 * Says whether a subnet's settings are frozen: an epoch was triggered, or the next one is less than AdminFreezeWindow blocks away,
 * so that nobody changes the rules between the weights and the epoch that pays by them.
 */
export function isFrozen(ctx: Context, netuid: number): boolean {
  const { tempo, lastEpochBlock, pendingEpochAt, block } = readEpochSchedule(ctx, netuid)
  if (tempo === 0) return false
  if (pendingEpochAt > block) return true
  return Math.max(0, lastEpochBlock + tempo - block) < ctx.get(storage.AdminFreezeWindow)
}
