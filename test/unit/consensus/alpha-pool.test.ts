import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AlphaPool, poolPriceQ64, weighInjection, wholeWeight } from '../../../shared/consensus/pool/alpha-pool.ts'
import { divQ64, oneQ64, toQ64 } from '../../../shared/consensus/pool/q64.ts'
import { scaledPower } from '../../../shared/consensus/pool/scaled-power.ts'
import { type PoolSwap, swapInPool } from '../../../shared/consensus/pool/swap-in-pool.ts'

const scale = 10n ** 18n
const reserve = fc.bigInt({ min: 10n ** 9n, max: 10n ** 16n })
const weight = fc.bigInt({ min: (wholeWeight * 3n) / 10n, max: (wholeWeight * 7n) / 10n })
const anyPool = fc.record({ taoRao: reserve, alphaRao: reserve, taoWeight: weight })
const asNumber = (bits: bigint) => Number(bits) / 2 ** 64
const noLimit = { buy: toQ64(1_000_000n), sell: divQ64(1n, 1_000_000n) }

function swap(pool: AlphaPool, side: 'buy' | 'sell', amount: bigint, feeRate = 0, limitPriceQ64 = noLimit[side]): PoolSwap {
  const done = swapInPool(pool, { side, amount, limitPriceQ64, feeRate })
  if (typeof done === 'string') throw new Error(done)
  return done
}

function moved(pool: AlphaPool, side: 'buy' | 'sell', { paidIn, paidOut }: PoolSwap): AlphaPool {
  const by = side === 'buy' ? { tao: paidIn, alpha: -paidOut } : { tao: -paidOut, alpha: paidIn }
  return { ...pool, taoRao: pool.taoRao + by.tao, alphaRao: pool.alphaRao + by.alpha }
}

describe('the power by which a pool prices', () => {
  it('agrees with floating point for any base and exponent', () => {
    const part = fc.bigInt({ min: 1n, max: 10n ** 18n })
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 16n }), fc.bigInt({ min: 0n, max: 10n ** 16n }), part, part, (base, more, p, r) => {
        const expected = (Number(base) / Number(base + more)) ** (Number(p) / Number(r))
        fc.pre(expected > 1e-9)
        expect(Number(scaledPower(base, base + more, p, r, scale)) / 1e18 / expected).toBeCloseTo(1, 6)
      }),
      { seed: 3, numRuns: 200 },
    )
  })

  it('is exact where there is an exact answer, on the short way and the long one', () => {
    expect(scaledPower(4n, 9n, 1n, 2n, 3_000n)).toBe(2_000n)
    expect(scaledPower(7n, 7n, 5_000_001n, 4_999_999n, scale)).toBe(scale)
    expect(scaledPower(0n, 7n, 1n, 2n, scale)).toBe(0n)
    expect(scaledPower(7n, 0n, 1n, 2n, scale)).toBe(null)
    expect(scaledPower(3n, 5n, 0n, 2n, scale)).toBe(scale)
  })

  it('of an exponent above the exact ones differs from its neighbour only in the last digits', () => {
    const [near, exact] = [scaledPower(3n, 4n, 1_500_001n, 1_000_000n, scale) ?? 0n, scaledPower(3n, 4n, 3n, 2n, scale) ?? 0n]
    expect(Number(exact - near) / Number(exact)).toBeCloseTo(-1e-6 * Math.log(0.75), 12)
  })
})

describe('a pool', () => {
  it('never gives more for less, and no more there and back than was paid in', () => {
    fc.assert(
      fc.property(anyPool, fc.bigInt({ min: 1_000_000n, max: 10n ** 12n }), fc.constantFrom('buy', 'sell'), (pool, amount, side) => {
        fc.pre(amount < (side === 'buy' ? pool.taoRao : pool.alphaRao))
        fc.pre(asNumber(poolPriceQ64(pool)) < 1e5 && asNumber(poolPriceQ64(pool)) > 1e-5)
        const probe = swapInPool(pool, { side, amount, limitPriceQ64: noLimit[side], feeRate: 0 })
        fc.pre(typeof probe !== 'string' && probe.paidOut > 10n)
        const there = swap(pool, side, amount)
        const more = swap(pool, side, amount * 2n)
        expect(more.paidOut).toBeGreaterThanOrEqual(there.paidOut)
        const back = swap(moved(pool, side, there), side === 'buy' ? 'sell' : 'buy', there.paidOut)
        expect(back.paidOut).toBeLessThanOrEqual(amount + 1n)
      }),
      { seed: 5, numRuns: 200 },
    )
  })

  it('keeps its price when the chain adds TAO and alpha, in any proportion', () => {
    fc.assert(
      fc.property(anyPool, fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.bigInt({ min: 0n, max: 10n ** 9n }), (pool, tao, alpha) => {
        const taoWeight = weighInjection(pool, tao, alpha)
        fc.pre(taoWeight !== null)
        const before = asNumber(poolPriceQ64(pool))
        fc.pre(before > 1e-6)
        const grown = { taoRao: pool.taoRao + tao, alphaRao: pool.alphaRao + alpha, taoWeight: taoWeight ?? 0n }
        expect(asNumber(poolPriceQ64(grown)) / before).toBeCloseTo(1, 9)
      }),
      { seed: 6, numRuns: 200 },
    )
  })

  it('refuses an injection that would leave one side almost without weight', () => {
    const pool = { taoRao: 10n ** 9n, alphaRao: 10n ** 9n, taoWeight: wholeWeight / 2n }
    expect(weighInjection(pool, 99n * 10n ** 9n, 0n)).toBe(null)
    expect(weighInjection(pool, 98n * 10n ** 9n, 0n)).not.toBe(null)
  })

  const pool = { taoRao: 10n ** 12n, alphaRao: 2n * 10n ** 12n, taoWeight: wholeWeight / 2n }

  it('stops at the limit, and its fee is then that of what it took', () => {
    // Half a TAO per alpha to double that: sqrt(2) - 1 of the reserve.
    const { paidIn, fee } = swap(pool, 'buy', 10n ** 14n, 33, oneQ64)
    expect(Number(paidIn) / 1e12).toBeCloseTo(Math.SQRT2 - 1, 9)
    expect(Number(fee)).toBe(Math.floor((Number(paidIn) * 33) / (65_535 - 33)))
    const reached = moved(pool, 'buy', swap(pool, 'buy', 10n ** 14n, 33, oneQ64))
    expect(asNumber(poolPriceQ64(reached))).toBeCloseTo(1, 9)
  })

  it.each([
    ['buy', 10n ** 16n, 1n, 'SwapInputTooLarge'],
    ['buy', 10n ** 6n, 1n, 'ReservesTooLow'],
    ['sell', 1n, 10n ** 13n, 'ReservesTooLow'],
  ] as const)('refuses to %s %s from %s rao of alpha: %s', (side, amount, alphaRao, refusal) => {
    expect(swapInPool({ ...pool, alphaRao }, { side, amount, limitPriceQ64: noLimit[side], feeRate: 33 })).toBe(refusal)
  })

  it('refuses what its price is beyond already', () => {
    const order = { amount: 10n ** 9n, feeRate: 33 }
    const price = poolPriceQ64(pool)
    expect(swapInPool(pool, { ...order, side: 'buy', limitPriceQ64: price })).toBe('PriceLimitExceeded')
    expect(swapInPool(pool, { ...order, side: 'sell', limitPriceQ64: price })).toBe('PriceLimitExceeded')
  })
})
