import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { isEpochDue } from '../subnets/is-epoch-due.ts'

/** The epoch that a block belongs to: one that is due in this block has begun, although it has not run yet. */
export function readCurrentEpoch(ctx: Context, netuid: number): bigint {
  return ctx.get(storage.SubnetEpochIndex, netuid) + (isEpochDue(ctx, netuid) ? 1n : 0n)
}

/** Says whether a commit of an epoch may be revealed now: in the one epoch that is RevealPeriodEpochs later. */
export function isRevealable(ctx: Context, netuid: number, commitEpoch: bigint): boolean {
  return readCurrentEpoch(ctx, netuid) === commitEpoch + ctx.get(storage.RevealPeriodEpochs, netuid)
}

/** Says whether the epoch in which a commit could be revealed is over. */
export function isExpired(ctx: Context, netuid: number, commitEpoch: bigint): boolean {
  return readCurrentEpoch(ctx, netuid) > commitEpoch + ctx.get(storage.RevealPeriodEpochs, netuid)
}
