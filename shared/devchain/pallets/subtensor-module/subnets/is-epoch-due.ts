import { shouldRunEpoch } from '../../../../consensus/should-run-epoch.ts'
import type { Context } from '../../../context.ts'
import { readEpochSchedule } from './read-epoch-schedule.ts'

/** Says whether a subnet's epoch is due at the block being built. */
export function isEpochDue(ctx: Context, netuid: number): boolean {
  return shouldRunEpoch(readEpochSchedule(ctx, netuid))
}
