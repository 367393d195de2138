import { oneQ64 } from '../../../../consensus/pool/q64.ts'
import type { Context } from '../../../context.ts'
import { applyPendingChildren } from '../children/apply-pending-children.ts'
import { revealTimelocked } from '../commits/reveal-timelocked.ts'
import { decayRegistrationPrices } from '../registration/decay-registration-prices.ts'
import { claimForSome } from '../root-claims/claim-for-some.ts'
import { storage } from '../storage.ts'
import { listSubnets } from '../subnets/list-subnets.ts'
import { drainPending } from './drain-pending.ts'
import { emitAlpha } from './emit-alpha.ts'
import { emitTao } from './emit-tao.ts'
import { listEmittingSubnets } from './list-emitting-subnets.ts'
import { payEpoch } from './pay-epoch.ts'
import { readRootProportion } from './read-root-proportion.ts'
import { readMovingPriceQ64 } from './share-emission.ts'
import { updateMovingPrice } from './update-moving-price.ts'

/**
 * What the chain does at the start of every block: prices fall, timelocked weights whose time has come are revealed (so that this
 * block's epoch sees them), TAO and alpha are minted, due epochs run and pay, and last the moving averages follow.
 */
export function runBlock(ctx: Context): void {
  decayRegistrationPrices(ctx)
  const subnets = listSubnets(ctx).filter(netuid => netuid !== 0)
  revealTimelocked(ctx, subnets)
  const emitting = listEmittingSubnets(ctx)
  // Root may sell its alpha only while subnets together are dear enough; the prices are those before this block.
  const rootSells = emitting.reduce((sum, netuid) => sum + readMovingPriceQ64(ctx, netuid), 0n) > oneQ64
  for (const [netuid, alphaOut] of emitTao(ctx, emitting)) emitAlpha(ctx, netuid, alphaOut, rootSells)
  for (const epoch of drainPending(ctx, subnets)) payEpoch(ctx, epoch)
  for (const netuid of emitting) updateMovingPrice(ctx, netuid)
  for (const netuid of emitting) ctx.set(storage.RootProp, netuid, readRootProportion(ctx, netuid))
  for (const netuid of subnets) if (ctx.get(storage.LastEpochBlock, netuid) === BigInt(ctx.block)) applyPendingChildren(ctx, netuid)
  claimForSome(ctx)
}
