import { expect, it } from 'vitest'
import { computeShare, measureEarnings } from '../../gallery-world/measure-earnings.ts'

it('counts emission as a share of the honest miner’s, and what was not spent on the work that was done', () => {
  const earned = measureEarnings([1, 1, 1, 1], [2, 2, 2, 2], 0.4, 0.5)
  expect(earned.emission).toBe(0.5)
  expect(earned.interval).toEqual([0.5, 0.5])
  expect(earned.withSavings).toBeCloseTo(0.5 + computeShare * 0.6 * 0.5, 12)
})

it('widens the interval with what differs from epoch to epoch, beside the honest miner', () => {
  const steady = measureEarnings([2, 4, 6], [4, 8, 12], 1, 1)
  const jumpy = measureEarnings([0, 12, 0], [4, 8, 12], 1, 1)
  expect(steady.interval[1] - steady.interval[0]).toBeCloseTo(0, 12)
  expect(jumpy.emission).toBe(0.5)
  expect(jumpy.interval[1] - jumpy.interval[0]).toBeGreaterThan(0.5)
})

it('says of an honest miner against itself that it earns all of it', () => {
  expect(measureEarnings([3, 1, 2], [3, 1, 2], 1, 1)).toMatchObject({ emission: 1, interval: [1, 1], withSavings: 1 })
})
