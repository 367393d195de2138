import { splitCoinbase } from '../../../../consensus/split-coinbase.ts'
import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { readRootProportion } from './read-root-proportion.ts'

/** Mints one block's alpha of a subnet and puts each party's part aside until the epoch. Root's part is recycled unless root may sell it. */
export function emitAlpha(ctx: Context, netuid: number, alphaOut: bigint, rootSells: boolean): void {
  const outstanding = ctx.get(storage.SubnetAlphaOut, netuid) + alphaOut
  ctx.set(storage.SubnetAlphaOutEmission, netuid, alphaOut)
  ctx.set(storage.SubnetAlphaOut, netuid, outstanding)
  const parts = splitCoinbase({
    alphaOut,
    ownerCut: ctx.get(storage.OwnerCutEnabled, netuid) ? ctx.get(storage.SubnetOwnerCut) : 0,
    rootProportionQ32: readRootProportion(ctx, netuid),
  })
  for (const [entry, part] of [
    [storage.PendingOwnerCut, parts.owner],
    [storage.PendingServerEmission, parts.server],
    [storage.PendingValidatorEmission, parts.validator],
    [storage.PendingRootAlphaDivs, rootSells ? parts.root : 0n],
  ] as const) {
    if (part > 0n) ctx.set(entry, netuid, ctx.get(entry, netuid) + part)
  }
  if (parts.root > 0n && !rootSells) ctx.set(storage.SubnetAlphaOut, netuid, outstanding - parts.root)
}
