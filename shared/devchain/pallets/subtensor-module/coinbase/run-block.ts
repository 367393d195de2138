import type { Context } from '../../../context.ts'
import { applyPendingChildren } from '../children/apply-pending-children.ts'
import { revealTimelocked } from '../commits/reveal-timelocked.ts'
import { decayRegistrationPrices } from '../registration/decay-registration-prices.ts'
import { storage } from '../storage.ts'
import { listSubnets } from '../subnets/list-subnets.ts'
import { drainPending } from './drain-pending.ts'
import { emitAlpha } from './emit-alpha.ts'
import { emitTao } from './emit-tao.ts'
import { listEmittingSubnets } from './list-emitting-subnets.ts'
import { payEpoch } from './pay-epoch.ts'
import { readRootProportion } from './read-root-proportion.ts'

/**
 * What the chain does at the start of every block: prices fall, timelocked weights whose time has come are revealed (so that this
 * block's epoch sees them), TAO and alpha are minted, due epochs run and pay.
 */
export function runBlock(ctx: Context): void {
  decayRegistrationPrices(ctx)
  const subnets = listSubnets(ctx).filter(netuid => netuid !== 0)
  revealTimelocked(ctx, subnets)
  const emitting = listEmittingSubnets(ctx)
  emitTao(ctx, emitting)
  for (const netuid of emitting) emitAlpha(ctx, netuid)
  for (const epoch of drainPending(ctx, subnets)) payEpoch(ctx, epoch)
  for (const netuid of subnets) if (ctx.get(storage.LastEpochBlock, netuid) === BigInt(ctx.block)) applyPendingChildren(ctx, netuid)
  for (const netuid of emitting) ctx.set(storage.RootProp, netuid, readRootProportion(ctx, netuid))
}
