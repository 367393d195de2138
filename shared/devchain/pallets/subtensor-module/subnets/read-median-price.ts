import { oneQ64 } from '../../../../consensus/pool/q64.ts'
import type { Context } from '../../../context.ts'
import { readPriceQ64 } from '../../swap/read-pool.ts'
import { listSubnets } from './list-subnets.ts'

/** The median price of all subnets but root that have one, as bits of U64F64; 1 where none has. Of two in the middle it is their mean. */
export function readMedianPriceQ64(ctx: Context): bigint {
  const prices = listSubnets(ctx)
    .filter(netuid => netuid !== 0)
    .map(netuid => readPriceQ64(ctx, netuid))
    .filter(price => price > 0n)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const [lower, upper] = [prices[Math.floor((prices.length - 1) / 2)], prices[Math.floor(prices.length / 2)]]
  if (lower === undefined || upper === undefined) return oneQ64
  return lower === upper ? lower : (lower + upper) / 2n
}
