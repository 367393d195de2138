import { describe, expect, it } from 'vitest'
import { parseCalibrationFile } from '../../../../../shared/subnet/calibration-file.ts'
import { buildCalibration, deriveBounds, usualRule } from '../../../../../validator/verification/calibration/build-calibration.ts'
import { distanceBound } from '../../../../../validator/verification/calibration/distance-bound.ts'
import type { VariantAnswers } from '../../../../../validator/verification/calibration/honest-answer.ts'
import { boundAtRate, summarise } from '../../../../../validator/verification/calibration/summarise.ts'
import { distanceRatio, fingerprintLaw } from '../../../../../validator/verification/evidence/distance-e-value.ts'
import { seededRandom } from '../../../../support/seeded-random.ts'

/** Answers of 20 tokens whose distances have the given size; every fourth is greedy. */
const variant = (name: string, precision: string, size: number, seed: number): VariantAnswers => {
  const random = seededRandom(seed)
  const values = (scale: number) => Array.from({ length: 20 }, () => scale * (0.5 + random()))
  const answers = Array.from({ length: 40 }, (_, index) => ({
    temperature: index % 4 === 3 ? 0 : 1,
    margins: values(size / 1_000),
    drifts: values(size),
    distances: values(size),
  }))
  return { name, precision, engine: 'onnx on cpu', answers }
}
const fine = variant('fp32', 'fp32', 0.0003, 1)
const coarse = variant('bf16 weights', 'bf16', 0.004, 2)
const parts = { model: 'toy', manifestDigest: 'a'.repeat(64), projected: 8, seed: 1, rule: usualRule, variants: [fine, coarse] }

describe('a calibration', () => {
  it('takes each bound from the worst accepted variant, and leaves the others out', () => {
    const all = deriveBounds([fine, coarse], usualRule)
    expect(all).toEqual({ ...all, ...deriveBounds([coarse], usualRule) })
    const strict = buildCalibration({ ...parts, accepted: ['fp32'] })
    expect(strict.bounds.fingerprintBound).toBeLessThan(all.fingerprintBound / 5)
    expect(strict.variants.map(({ isAccepted }) => isAccepted)).toEqual([true, false])
  })
  it('keeps honest answers of every accepted variant below an e-value of 1, and shows how the others do', () => {
    const both = buildCalibration({ ...parts, accepted: ['fp32', 'bf16'] })
    expect(both.variants.every(({ eValue }) => eValue.max < 1)).toBe(true)
    const strict = buildCalibration({ ...parts, accepted: ['fp32'] })
    expect(strict.variants[1]?.eValue.median).toBeGreaterThan(1e6)
  })
  it('gives the same file for the same answers, in a form that its reader accepts', () => {
    const file = buildCalibration({ ...parts, accepted: ['fp32', 'bf16'] })
    expect(parseCalibrationFile(JSON.parse(JSON.stringify(file)))).toEqual(file)
    expect(buildCalibration({ ...parts, accepted: ['fp32', 'bf16'] })).toEqual(file)
  })
  it('describes an engine without rows, and lets it set no bound of theirs', () => {
    const blind: VariantAnswers = { ...coarse, answers: coarse.answers.map(answer => ({ ...answer, distances: null })) }
    const file = buildCalibration({ ...parts, variants: [fine, blind], accepted: ['fp32', 'bf16'] })
    expect(file.variants[1]).toMatchObject({ fingerprint: null, answerFingerprint: null })
    expect(file.bounds.fingerprintBound).toBe(deriveBounds([fine], usualRule).fingerprintBound)
  })
})

describe('the bound of distances', () => {
  it('is where the mean ratio of honest rows is a tenth', () => {
    const distances = coarse.answers.flatMap(answer => answer.distances ?? [])
    const bound = distanceBound(distances, fingerprintLaw)
    const ratios = distances.map(distance => distanceRatio(distance, bound, fingerprintLaw))
    expect(summarise(ratios).mean).toBeCloseTo(0.1, 4)
  })
  it('refuses an honest distance that is no number', () => {
    expect(() => distanceBound([0.1, Number.NaN], fingerprintLaw)).toThrow(RangeError)
  })
})

describe('the bound at a rate', () => {
  const values = Array.from({ length: 10_000 }, (_, index) => index)
  it('is what so many of the values exceed', () => {
    const bound = boundAtRate(values, 1e-2)
    expect(values.filter(value => value > bound).length).toBeLessThanOrEqual(100)
  })
  it('is half as much again as the largest where there are too few values to tell', () => {
    expect(boundAtRate(values.slice(0, 100), 1e-2)).toBe(1.5 * 99)
  })
})
