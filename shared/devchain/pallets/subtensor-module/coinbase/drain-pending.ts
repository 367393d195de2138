import type { Context } from '../../../context.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { isEpochDue } from '../subnets/is-epoch-due.ts'

/** What one epoch has to pay out, in rao of alpha. */
export interface DrainedEpoch {
  readonly netuid: number
  readonly server: bigint
  readonly validator: bigint
  readonly root: bigint
  readonly ownerCut: bigint
}

/** Starts the epochs that are due: empties what they pay and moves their schedules on. Beyond MaxEpochsPerBlock they wait one block. */
export function drainPending(ctx: Context, subnets: readonly number[]): DrainedEpoch[] {
  const most = ctx.get(storage.MaxEpochsPerBlock)
  const drained: DrainedEpoch[] = []
  for (const netuid of subnets) {
    ctx.set(storage.BlocksSinceLastStep, netuid, ctx.get(storage.BlocksSinceLastStep, netuid) + 1n)
    if (!isEpochDue(ctx, netuid)) continue
    if (drained.length >= most) {
      defer(ctx, netuid)
      continue
    }
    ctx.set(storage.BlocksSinceLastStep, netuid, 0n)
    const take = (entry: typeof storage.PendingOwnerCut) => {
      const amount = ctx.get(entry, netuid)
      ctx.set(entry, netuid, 0n)
      return amount
    }
    drained.push({
      netuid,
      server: take(storage.PendingServerEmission),
      validator: take(storage.PendingValidatorEmission),
      root: take(storage.PendingRootAlphaDivs),
      ownerCut: take(storage.PendingOwnerCut),
    })
    ctx.set(storage.LastEpochBlock, netuid, BigInt(ctx.block))
    ctx.set(storage.PendingEpochAt, netuid, 0n)
    ctx.set(storage.SubnetEpochIndex, netuid, ctx.get(storage.SubnetEpochIndex, netuid) + 1n)
  }
  return drained
}

function defer(ctx: Context, netuid: number): void {
  const from_block = BigInt(ctx.block)
  ctx.set(storage.PendingEpochAt, netuid, from_block + 1n)
  ctx.deposit(events.EpochDeferred, { netuid, from_block, to_block: from_block + 1n })
}
