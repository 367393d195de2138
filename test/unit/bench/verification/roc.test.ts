import { describe, expect, it } from 'vitest'
import {
  areaUnderCurve,
  ascending,
  isShown,
  rocCurve,
  shareInterval,
  thresholdAt,
  truePositiveRate,
} from '../../../bench/verification/roc.ts'

const upTo = (count: number) => Float64Array.from({ length: count }, (_, index) => index + 1)

describe('the figures of the table', () => {
  it('leave a rate blank while three divided by the honest streams exceeds it', () => {
    expect(isShown(299, 1e-2)).toBe(false)
    expect(isShown(300, 1e-2)).toBe(true)
    expect(isShown(0, 1)).toBe(false)
    expect(truePositiveRate(upTo(299), upTo(10), 1e-2)).toBeNull()
  })

  it('put the threshold where no more honest streams lie above it than the rate allows', () => {
    const honest = upTo(1_000)
    expect(thresholdAt(honest, 1e-2)).toBe(990)
    expect(thresholdAt(honest, 0)).toBe(1_000)
    expect(honest.filter(score => score > thresholdAt(honest, 1e-2))).toHaveLength(10)
  })

  it('count only cheating streams above the threshold, not those that tie with it', () => {
    expect(truePositiveRate(upTo(1_000), Float64Array.of(990, 991, 2_000, 5), 1e-2)).toBe(0.5)
  })

  it('count a tie as half in the area under the curve', () => {
    expect(areaUnderCurve(upTo(4), Float64Array.of(9))).toBe(1)
    expect(areaUnderCurve(upTo(4), Float64Array.of(0))).toBe(0)
    expect(areaUnderCurve(upTo(4), Float64Array.of(2))).toBe((1 + 0.5) / 4)
    expect(areaUnderCurve(upTo(4), upTo(4))).toBe(0.5)
    expect(areaUnderCurve(upTo(4), new Float64Array())).toBeNull()
  })

  it('draw a curve that rises from the strictest threshold to one and one', () => {
    const curve = rocCurve(upTo(100), ascending([50, 50, 150, 250]), 20)
    expect(curve[0]).toEqual([0.01, 0.5])
    expect(curve.at(-1)).toEqual([1, 1])
    for (const [index, [fpr, tpr]] of curve.entries()) {
      expect(fpr).toBeGreaterThanOrEqual(curve[index - 1]?.[0] ?? 0)
      expect(tpr).toBeGreaterThanOrEqual(curve[index - 1]?.[1] ?? 0)
    }
  })

  it('give an interval that holds the share and narrows with more streams', () => {
    const [low, high] = shareInterval(0.5, 100)
    expect([low, high].map(end => end.toFixed(3))).toEqual(['0.404', '0.596'])
    expect(shareInterval(1, 10)[0]).toBeLessThan(shareInterval(1, 1_000)[0])
  })
})
