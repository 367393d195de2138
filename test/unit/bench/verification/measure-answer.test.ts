import { describe, expect, it } from 'vitest'
import { toHiddenRows } from '../../../../shared/proof/fingerprint/hidden-rows.ts'
import { compareProofs, differenceOf, driftOf } from '../../../bench/verification/measure-answer.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const hidden = 128
const noiseKey = new Uint8Array(32).fill(5)
const random = seededRandom(9)
const own = Float32Array.from({ length: 20 * hidden }, () => random() * 4 - 2)

describe('the proofs of an answer', () => {
  // A value at the edge of an exponent that rounds across it counts as 128, over 32 values: 4.
  it('are at the rounding of float16 for the true rows, one distance a row and one difference a chunk of eight', () => {
    const { distances, chunks } = compareProofs({ noiseKey }, toHiddenRows(own, hidden), own)
    expect([distances.length, chunks.length]).toEqual([20, 3])
    expect(Math.max(...distances)).toBeLessThan(2e-3)
    expect(Math.max(...chunks)).toBeLessThan(5)
  })

  it('are far off for rows of zeros', () => {
    const { distances, chunks } = compareProofs({ noiseKey }, toHiddenRows(new Float32Array(own.length), hidden), own)
    expect(Math.min(...distances)).toBeGreaterThan(0.2)
    expect(Math.min(...chunks)).toBe(128)
  })

  it('are none where the engine shows no rows', () => {
    expect(compareProofs({ noiseKey }, undefined, own).distances).toHaveLength(0)
  })
})

it('takes a malformed TOPLOC proof and a log-probability that is no number for as far off as can be', () => {
  expect(differenceOf(null)).toBe(128)
  expect(driftOf(Number.NaN, -1)).toBe(Number.POSITIVE_INFINITY)
})
