import { describe, expect, it } from 'vitest'
import { describeStakeQuote } from '../../../../shared/chain/commands/describe-stake-quote.ts'

const tao = 1_000_000_000n
/** A pool of 1,000 TAO and 1,000 alpha, without a fee. */
const quoteOf = (amountRao: bigint) => {
  const alphaRao = 1_000n * tao - (1_000_000n * tao * tao) / (1_000n * tao + amountRao)
  return { alphaRao, feeRao: 0n, averagePriceRao: (amountRao * tao) / alphaRao }
}

describe('what an order of stake would come to', () => {
  const order = (taoOf: bigint, limit?: { price: bigint; allowPartial: boolean }) =>
    describeStakeQuote(
      { netuid: 2, amountRao: taoOf * tao, ...(limit && { limit: { priceRao: limit.price, allowPartial: limit.allowPartial } }) },
      tao,
      quoteOf(taoOf * tao),
    )

  it('is told whole where no limit is in its way', () => {
    expect(order(100n)).toMatch(/costs 1 TAO now; you get about 90\.9\d* at 1\.\d+ each/)
    expect(order(100n, { price: (tao * 122n) / 100n, allowPartial: false })).toContain('you get about 90.9')
  })

  it('says that a part is bought, or nothing, where the price would pass the limit', () => {
    const limit = (tao * 120n) / 100n
    expect(order(100n, { price: limit, allowPartial: true })).toMatch(
      /would move it to about 1\.2\d*, beyond your limit of 1\.2: only a part/,
    )
    expect(order(100n, { price: limit, allowPartial: false })).toContain('the chain will refuse the order')
  })

  it('says that nothing can be bought below the price of now', () => {
    expect(order(1n, { price: tao / 2n, allowPartial: true })).toBe(
      'an alpha of subnet 2 costs 1 TAO now, above your limit of 0.5: nothing can be bought at it',
    )
  })
})
