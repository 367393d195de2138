import { describe, expect, it } from 'vitest'
import { compareEValues, speaksAgainst } from '../../../../validator/verify/compare-e-values.ts'

const agree = (a: number, b: number) => {
  const { apart, tolerance } = compareEValues(a, b)
  return apart <= tolerance
}

describe('two e-values of one answer', () => {
  it.each([
    [0.2, 0.3],
    [0.2, 0.6],
    [1, 3],
    [1e6, 1e5],
    [1e12, 2e9],
    [0, 0],
  ])('agree where rounding explains the rest: %d and %d', (a, b) => {
    expect([agree(a, b), agree(b, a)]).toEqual([true, true])
  })

  it.each([
    [0.2, 1],
    [1, 10],
    [10, 1e3],
    [0.2, 1.56e6],
    [1e12, 1e6],
    [0, 1],
  ])('differ where it does not: %d and %d', (a, b) => {
    expect([agree(a, b), agree(b, a)]).toEqual([false, false])
  })

  it('speak against a miner only above what rounding explains', () => {
    expect([0, 0.5, 1, 3, 4, 1e12].map(speaksAgainst)).toEqual([false, false, false, false, true, true])
  })
})
