import type { EpochSchedule } from '../../../../consensus/should-run-epoch.ts'
import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** What decides when a subnet's epochs run, as of the block being built. */
export function readEpochSchedule(ctx: Context, netuid: number): EpochSchedule {
  return {
    block: ctx.block,
    tempo: ctx.get(storage.Tempo, netuid),
    lastEpochBlock: Number(ctx.get(storage.LastEpochBlock, netuid)),
    pendingEpochAt: Number(ctx.get(storage.PendingEpochAt, netuid)),
    blocksSinceLastStep: Number(ctx.get(storage.BlocksSinceLastStep, netuid)),
  }
}
