import { formatAmount } from '../../util/format-amount.ts'
import type { StakeQuote } from '../read-stake-quote.ts'
import type { StakeLimit } from '../stake-call.ts'

export interface StakeOrder {
  readonly netuid: number
  readonly amountRao: bigint
  readonly limit?: StakeLimit
}

/** What an order would come to now, and what its limit would do to it: one line for a person. */
export function describeStakeQuote({ netuid, amountRao, limit }: StakeOrder, priceRao: bigint, quote: StakeQuote | null): string {
  const price = `an alpha of subnet ${netuid} costs ${formatAmount(priceRao)} TAO now`
  if (limit !== undefined && limit.priceRao < priceRao)
    return `${price}, above your limit of ${formatAmount(limit.priceRao)}: nothing can be bought at it`
  if (quote === null) return price
  const { alphaRao, feeRao, averagePriceRao } = quote
  const whole = `you get about ${formatAmount(alphaRao)} at ${formatAmount(averagePriceRao)} each, a fee of ${formatAmount(feeRao)} TAO included`
  if (limit === undefined) return `${price}; ${whole}`
  const lastRao = lastPriceRao(priceRao, amountRao - feeRao, alphaRao)
  if (lastRao <= limit.priceRao) return `${price}; ${whole}`
  const moved = `buying all would move it to about ${formatAmount(lastRao)}, beyond your limit of ${formatAmount(limit.priceRao)}`
  return `${price}; ${moved}: ${limit.allowPartial ? 'only a part is bought' : 'the chain will refuse the order (--allow-partial buys a part)'}`
}

/** The price after a purchase from a pool whose reserves have a constant product: the mean price squared, over the price before. */
function lastPriceRao(priceRao: bigint, paidRao: bigint, alphaRao: bigint): bigint {
  if (priceRao === 0n || alphaRao === 0n) return priceRao
  const meanRao = (paidRao * 1_000_000_000n) / alphaRao
  return (meanRao * meanRao) / priceRao
}
