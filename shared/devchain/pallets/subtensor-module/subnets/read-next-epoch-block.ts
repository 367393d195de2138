import type { Context } from '../../../context.ts'
import { readEpochSchedule } from './read-epoch-schedule.ts'

/** The block at which the next epoch is expected, the sooner of schedule and trigger; undefined where the tempo is 0. */
export function readNextEpochBlock(ctx: Context, netuid: number): number | undefined {
  const { tempo, lastEpochBlock, pendingEpochAt } = readEpochSchedule(ctx, netuid)
  if (tempo === 0) return undefined
  const scheduled = lastEpochBlock + tempo
  return pendingEpochAt > 0 ? Math.min(scheduled, pendingEpochAt) : scheduled
}
