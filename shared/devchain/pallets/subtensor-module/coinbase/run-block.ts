import type { Context } from '../../../context.ts'
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
 * What the chain does at the start of every block: prices fall, TAO and alpha are minted, due epochs run and pay. Weights that mature in
 * this block are to be revealed after the prices and before anything is minted, so that this block's epoch sees them.
 */
export function runBlock(ctx: Context): void {
  decayRegistrationPrices(ctx)
  const emitting = listEmittingSubnets(ctx)
  emitTao(ctx, emitting)
  for (const netuid of emitting) emitAlpha(ctx, netuid)
  const subnets = listSubnets(ctx).filter(netuid => netuid !== 0)
  for (const epoch of drainPending(ctx, subnets)) payEpoch(ctx, epoch)
  for (const netuid of emitting) ctx.set(storage.RootProp, netuid, readRootProportion(ctx, netuid))
}
