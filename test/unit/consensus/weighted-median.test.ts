import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { one } from '../../../shared/consensus/fixed.ts'
import { weightedMedian } from '../../../shared/consensus/weighted-median.ts'

const bits = (value: number) => Math.floor(value * one)
const median = (stake: number[], score: number[], majority = 0.51) =>
  weightedMedian(stake.map(bits), score.map(bits), one - bits(majority), one)

describe('the weighted median', () => {
  it('gives the figures of the runtime (test_math_weighted_median)', () => {
    expect(median([0.51, 0.49], [0.5, 1])).toBe(bits(0.5))
    expect(median([0.49, 0.51], [0.5, 1])).toBe(one)
    expect(median([0.49, 0, 0.51], [0.5, 0.7, 1])).toBe(one)
    expect(median([0.49, 0.01, 0.5], [0.5, 0.7, 1])).toBe(bits(0.7))
    expect(median([1], [1])).toBe(one)
    expect(weightedMedian([], [], one - bits(0.51))).toBe(0)
  })

  it('is the lowest score that leaves more than the minority at or below it', () => {
    const voters = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 4 })), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(voters, fc.integer({ min: 0, max: 40 }), (pairs, minority) => {
        const stake = pairs.map(([value]) => value)
        const score = pairs.map(([, value]) => value)
        const atOrBelow = (limit: number) => pairs.reduce((total, [value, at]) => total + (at <= limit ? value : 0), 0)
        const levels = [...new Set(score)].sort((a, b) => a - b)
        expect(weightedMedian(stake, score, minority)).toBe(levels.find(level => atOrBelow(level) > minority) ?? levels.at(-1))
      }),
      { numRuns: 1000, seed: 7 },
    )
  })
})
