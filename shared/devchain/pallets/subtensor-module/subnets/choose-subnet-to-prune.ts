import type { Context } from '../../../context.ts'
import { readMovingPriceQ64 } from '../coinbase/share-emission.ts'
import { storage } from '../storage.ts'
import { listSubnets } from './list-subnets.ts'

/** The subnet that would make room for a new one: past its immunity, of the lowest moving price, of those the oldest; undefined where none is. */
export function chooseSubnetToPrune(ctx: Context): number | undefined {
  const immunity = ctx.get(storage.NetworkImmunityPeriod)
  const candidates = listSubnets(ctx)
    .filter(netuid => netuid !== 0)
    .map(netuid => ({ netuid, since: ctx.get(storage.NetworkRegisteredAt, netuid), price: readMovingPriceQ64(ctx, netuid) }))
    .filter(({ since }) => BigInt(ctx.block) >= since + immunity)
  const [first] = candidates.sort((a, b) => compare(a.price, b.price) || compare(a.since, b.since))
  return first?.netuid
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
