import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exp } from '../../../shared/consensus/exp.ts'
import { div, mul, one, toU16 } from '../../../shared/consensus/fixed.ts'

// Values whose product stays below 2^21: 2^42 bits a side.
const bits = fc.oneof(
  fc.integer({ min: -(2 ** 32), max: 2 ** 32 }),
  fc.maxSafeInteger().map(value => Math.trunc(value / 2 ** 11)),
  fc.constantFrom(0, 1, -1, one, one - 1, -one),
)
const truncated = (a: bigint, b: bigint) => (b === 0n ? 0n : (a << 32n) / b)

/** The chain's series in BigInt. */
function exactExp(x: number): bigint {
  const limit = 20n << 32n
  const clamped = BigInt(x) > limit ? limit : BigInt(x) < -limit ? -limit : BigInt(x)
  if (clamped === 0n) return 1n << 32n
  if (clamped === 1n << 32n) return 22_802_600n << 9n
  const t = clamped < 0n ? -clamped : clamped
  let term = t
  let result = t + (1n << 32n)
  for (let i = 2n; i <= 31n; i++) {
    term = ((term * t) >> 32n) / i
    result += term
  }
  return clamped < 0n ? (1n << 64n) / result : result
}

describe('fixed-point numbers in doubles', () => {
  it('multiply as 128-bit integers do, floored', () => {
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        expect(BigInt(mul(a, b))).toBe((BigInt(a) * BigInt(b)) >> 32n)
      }),
      { numRuns: 3000, seed: 7 },
    )
  })

  it('divide as 128-bit integers do, truncated, and give 0 for a division by 0', () => {
    const any = fc.oneof(bits, fc.maxSafeInteger())
    fc.assert(
      fc.property(any, any, (a, b) => {
        const exact = truncated(BigInt(a), BigInt(b))
        // Results of 2^50 bits and more are outside the promise.
        fc.pre(exact > -(2n ** 50n) && exact < 2n ** 50n)
        expect(BigInt(div(a, b))).toBe(exact)
      }),
      { numRuns: 3000, seed: 7 },
    )
    expect(div(one, 0)).toBe(0)
  })

  it('take shares to u16 by flooring and clamping', () => {
    expect([0, -5, one, one - 1, one / 2, 3 * one].map(toU16)).toEqual([0, 0, 65_535, 65_534, 32_767, 65_535])
  })

  it('raise e to a power by the series of the chain, clamped at 20 either way', () => {
    const exponent = fc.oneof(
      fc.integer({ min: -21 * one, max: 21 * one }),
      fc.constantFrom(0, one, -one, one + 1, 14 * one, 14 * one + 1, 20 * one, -20 * one),
    )
    fc.assert(
      fc.property(exponent, x => {
        // Above 2^53 bits the double is the nearest one; only 1 / (1 + e^x) of it is ever used.
        expect(exp(x)).toBe(Number(exactExp(x)))
        expect(BigInt(div(one, one + exp(x)))).toBe((1n << 64n) / ((1n << 32n) + exactExp(x)))
      }),
      { numRuns: 1500, seed: 7 },
    )
  })
})
