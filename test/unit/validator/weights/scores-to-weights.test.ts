import { describe, expect, it } from 'vitest'
import { scoresToWeights } from '../../../../validator/weights/scores-to-weights.ts'

const open = { maxWeightsLimit: 65_535, minAllowedWeights: 1 }

describe('weights', () => {
  it('are in proportion to the scores with the largest at 65535, zeros left out', () => {
    expect(
      scoresToWeights(
        new Map([
          [7, 20],
          [2, 0],
          [3, 10],
        ]),
        open,
      ),
    ).toEqual({ uids: [3, 7], values: [32_768, 65_535] })
  })
  it('are none where nobody scored: never uniform', () => {
    expect(
      scoresToWeights(
        new Map([
          [1, 0],
          [2, 0],
        ]),
        open,
      ),
    ).toBeNull()
    expect(scoresToWeights(new Map(), open)).toBeNull()
    expect(
      scoresToWeights(
        new Map([
          [1, Number.NaN],
          [2, Number.POSITIVE_INFINITY],
        ]),
        open,
      ),
    ).toBeNull()
  })
  it('treat a score that is no number as zero, without harm to the others', () => {
    expect(
      scoresToWeights(
        new Map([
          [1, Number.NaN],
          [2, 5],
          [3, -1],
        ]),
        open,
      ),
    ).toEqual({ uids: [2], values: [65_535] })
  })
  it('hold the cap, the rest going to the others in proportion', () => {
    const vector = scoresToWeights(
      new Map([
        [1, 90],
        [2, 6],
        [3, 3],
        [4, 1],
      ]),
      { maxWeightsLimit: 26_214, minAllowedWeights: 1 },
    )
    const sum = vector?.values.reduce((a, b) => a + b, 0) ?? 0
    expect(vector?.values.map(value => Number((value / sum).toFixed(3)))).toEqual(
      [0.4, 0.36, 0.18, 0.06].map(share => expect.closeTo(share, 1)),
    )
    expect(Math.max(...(vector?.values ?? [])) / sum).toBeLessThanOrEqual(26_214 / 65_535)
  })
  it('are equal where too few earn for the cap to hold', () => {
    const vector = scoresToWeights(
      new Map([
        [1, 90],
        [2, 6],
      ]),
      { maxWeightsLimit: 6_553, minAllowedWeights: 1 },
    )
    expect(vector).toEqual({ uids: [1, 2], values: [65_535, 65_535] })
  })
  it('are filled up with zeros to the length that the chain asks for', () => {
    const vector = scoresToWeights(
      new Map([
        [0, 0],
        [1, 0],
        [2, 8],
        [3, 0],
      ]),
      { maxWeightsLimit: 65_535, minAllowedWeights: 3 },
    )
    expect(vector).toEqual({ uids: [0, 1, 2], values: [0, 0, 65_535] })
  })
})
