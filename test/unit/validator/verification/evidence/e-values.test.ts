import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerEValue } from '../../../../../validator/verification/evidence/answer-e-value.ts'
import { betOnRatios, largestEValue } from '../../../../../validator/verification/evidence/bet-on-ratios.ts'
import {
  distanceRatio,
  fingerprintEValue,
  fingerprintLaw,
  logProbLaw,
} from '../../../../../validator/verification/evidence/distance-e-value.ts'
import { marginEValue } from '../../../../../validator/verification/evidence/margin-e-value.ts'
import { seededRandom } from '../../../../support/seeded-random.ts'

const bounds = { marginBound: 3e-4, marginClip: 0.5 }
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const ratio = fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.double({ min: 0, max: 1e4, noNaN: true }))

describe('a bet on ratios', () => {
  it('is 1 on nothing and on ratios of 1', () => {
    expect(betOnRatios([])).toBe(1)
    expect(betOnRatios([1, 1, 1])).toBeCloseTo(1, 12)
  })
  it('has exactly the mean 1 where each ratio has, given those before it, also where a large one follows a large one', () => {
    // 0 or 40 with chances of 39/40 and 1/40; after a 40, 0 or 4 with chances of 3/4 and 1/4.
    const drawn = (before: number | undefined): Array<[ratio: number, chance: number]> =>
      before === 40
        ? [
            [0, 3 / 4],
            [4, 1 / 4],
          ]
        : [
            [0, 39 / 40],
            [40, 1 / 40],
          ]
    const expectation = (ratios: number[], chance: number): number =>
      ratios.length === 6
        ? chance * betOnRatios(ratios)
        : drawn(ratios.at(-1)).reduce((sum, [next, share]) => sum + expectation([...ratios, next], chance * share), 0)
    expect(expectation([], 1)).toBeCloseTo(1, 10)
  })
  it('has a mean of at most 1 on simulated honest answers: 20,000 of 30 tokens, of which one in a thousand is turned', () => {
    const random = seededRandom(5)
    const eValues = Array.from({ length: 20_000 }, () =>
      marginEValue(
        Array.from({ length: 30 }, () => (random() < 1e-3 ? 0.15 * random() : 0)),
        bounds,
      ),
    )
    expect(mean(eValues)).toBeLessThan(1)
  })
  it('never falls where one ratio is raised: more evidence of cheating never pays', () => {
    fc.assert(
      fc.property(
        fc.array(ratio, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (ratios, at, more) => {
          const raised = ratios.with(at % ratios.length, (ratios[at % ratios.length] ?? 0) + more)
          expect(betOnRatios(raised)).toBeGreaterThanOrEqual(betOnRatios(ratios))
        },
      ),
      { numRuns: 300, seed: 3 },
    )
  })
  it('is above 0 and at most the cap on whatever a miner sends', () => {
    fc.assert(
      fc.property(fc.array(ratio, { maxLength: 300 }), ratios => {
        const eValue = betOnRatios(ratios)
        expect(eValue).toBeGreaterThan(0)
        expect(eValue).toBeLessThanOrEqual(largestEValue)
      }),
      { numRuns: 100, seed: 4 },
    )
    expect(betOnRatios(new Float64Array(100_000))).toBeGreaterThanOrEqual(0)
    expect(betOnRatios(new Float64Array(100_000).fill(1e4))).toBe(largestEValue)
  })
  it('refuses what is no ratio', () => {
    expect(() => betOnRatios([1, Number.NaN])).toThrow(RangeError)
    expect(() => betOnRatios([-1])).toThrow(RangeError)
  })
})

describe('the e-value of margins', () => {
  it('convicts on a few turned tokens and on no single one', () => {
    const answer = (turned: number) => Array.from({ length: 40 }, (_, index) => (index < turned ? 0.4 : 0))
    expect(marginEValue(answer(0), bounds)).toBeLessThan(1)
    expect(marginEValue(answer(1), bounds)).toBeLessThan(1_000)
    expect(marginEValue(answer(4), bounds)).toBeGreaterThan(1e6)
  })
  it('counts a token that cannot be chosen as the clip', () => {
    expect(marginEValue([Number.POSITIVE_INFINITY], bounds)).toBe(marginEValue([0.5], bounds))
  })
  it('counts near ties of greedy answers for nothing, up to the slack', () => {
    const near = Array.from({ length: 30 }, () => 0.2)
    expect(marginEValue(near, { ...bounds, marginSlack: 0.33 })).toBe(
      marginEValue(
        near.map(() => 0),
        bounds,
      ),
    )
    expect(marginEValue([...near, 0.8, 0.8, 0.8, 0.8], { ...bounds, marginSlack: 0.33 })).toBeGreaterThan(1e6)
  })
})

describe('the e-value of distances', () => {
  it('counts what is not finite as the largest ratio, so that a proof without numbers speaks against its miner', () => {
    expect(distanceRatio(Number.POSITIVE_INFINITY, 0.02, fingerprintLaw)).toBe(300)
    expect(distanceRatio(Number.POSITIVE_INFINITY, 0.02, logProbLaw)).toBe(100)
    expect(fingerprintEValue([1, Number.POSITIVE_INFINITY, 1, 1], { fingerprintBound: 0.02 })).toBeGreaterThan(1e6)
  })
  it('is far below 1 for rows at a third of the bound, whatever their number', () => {
    for (const rows of [1, 4, 16, 300])
      expect(
        fingerprintEValue(
          Array.from({ length: rows }, () => 0.007),
          { fingerprintBound: 0.0223 },
        ),
      ).toBeLessThan(0.9)
  })
})

describe('the e-value of an answer', () => {
  const full = { ...bounds, fingerprintBound: 0.02, logProbBound: 0.01, checkWeights: { margin: 0.5, fingerprint: 0.3, logProb: 0.2 } }
  it('is the weighted mean of its checks, of which one that was not made counts 1', () => {
    const margins = [0, 0, 0.4]
    const distances = [0.001, 0.5, 0.2]
    const margin = marginEValue(margins, bounds)
    const fingerprint = fingerprintEValue(distances, full)
    expect(answerEValue({ margins }, full)).toBeCloseTo(0.5 * margin + 0.5, 10)
    expect(answerEValue({ margins, distances }, full)).toBeCloseTo(0.5 * margin + 0.3 * fingerprint + 0.2, 6)
    expect(answerEValue({ margins, distances }, bounds)).toBeCloseTo(0.4 * margin + 0.6, 10)
  })
  it('stays at most the cap where every check is at it', () => {
    const margins = Array.from({ length: 50 }, () => 1)
    expect(answerEValue({ margins, distances: margins, drifts: margins }, full)).toBe(largestEValue)
  })
})
