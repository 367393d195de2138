import { describe, expect, it } from 'vitest'
import { growthOf } from '../../soak/growth.ts'

describe('the growth of memory with requests', () => {
  it('is the slope of the line, exactly known where the points lie on it', () => {
    const { slope, upper } = growthOf(Array.from({ length: 20 }, (_, x) => [x, 7 + 3 * x]))
    expect(slope).toBeCloseTo(3)
    expect(upper).toBeCloseTo(3)
  })

  it('has the upper end of Student for few points', () => {
    // x = 1..5: slope 0.6, its error sqrt(0.8 / 10), t of 3 degrees of freedom 3.182
    const { slope, upper } = growthOf([2, 4, 5, 4, 5].map((y, index) => [index + 1, y]))
    expect(slope).toBeCloseTo(0.6)
    expect(upper).toBeCloseTo(1.5, 2)
  })

  it('tells a leak of 100 KB per 1,000 requests from noise of 300 KB', () => {
    const points = (leak: number) =>
      Array.from({ length: 20 }, (_, index) => [5 * (index + 1), 40e6 + leak * 5 * index + 300_000 * Math.sin(7 * index)] as const)
    expect(growthOf(points(0)).upper).toBeLessThan(20_000)
    expect(growthOf(points(100_000)).upper).toBeGreaterThan(20_000)
  })
})
