import { describe, expect, it } from 'vitest'
import { toFloat16Rows } from '../../../../../shared/proof/float16.ts'
import type { TensorValue } from '../../../../../shared/protocol/tensor-value.ts'
import { checkEmbedding, checkTensors } from '../../../../../validator/verification/checks/check-tensors.ts'
import { cosineDistance, tensorDistance } from '../../../../../validator/verification/checks/tensor-distance.ts'
import { seededRandom } from '../../../../support/seeded-random.ts'

const floats = (values: readonly number[], shape: readonly number[] = [values.length]): TensorValue => ({
  ...{ type: 'float32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) },
})
const classes = (values: readonly number[]): TensorValue => ({
  ...{ type: 'int64', shape: [values.length], bytes: new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer) },
})
/** A normal draw, by twelve uniform ones. */
const normal = (random: () => number) => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6)
const bounds = { scores: { relative: 0.01, absolute: 0.1 } }

describe('the check of tensors', () => {
  const reference = { scores: floats([1, -2, 3, 0.5]), labels: classes([2, 0]) }

  it('passes outputs within their bounds, and class numbers that are equal', () => {
    expect(checkTensors({ scores: floats([1.001, -2, 3, 0.5]), labels: classes([2, 0]) }, reference, bounds).result).toBe('pass')
  })

  it('fails what is too far by its own bound, with both figures', () => {
    expect(checkTensors({ ...reference, scores: floats([1.2, -2, 3, 0.5]) }, reference, bounds)).toMatchObject({
      code: 'VERIFY_TENSOR',
      evidence: { output: 'scores', problem: 'its relative distance is above 0.01', bound: 0.01 },
    })
    const one = checkTensors({ ...reference, scores: floats([1, -2, 3, 0.65]) }, reference, { scores: { relative: 1, absolute: 0.1 } })
    expect(one).toMatchObject({ evidence: { problem: 'its largest difference is above 0.1' } })
  })

  it('fails an output without a bound that differs by anything', () => {
    expect(checkTensors({ ...reference, labels: classes([2, 1]) }, reference, bounds)).toMatchObject({ evidence: { output: 'labels' } })
  })

  it('fails missing and strange outputs, other types, shapes and lengths', () => {
    const { labels, scores } = reference
    const wrong: Record<string, TensorValue>[] = [
      { labels },
      { labels, scores, more: scores },
      { labels, scores: floats([1, -2, 3, 0.5], [2, 2]) },
      { labels, scores: { ...scores, type: 'int32' } },
      { labels, scores: { ...scores, bytes: scores.bytes.subarray(4) } },
      Object.create({ labels, scores }),
    ]
    for (const found of wrong) expect(checkTensors(found, reference, bounds).result).toBe('fail')
  })

  it('takes NaN and infinities for equal in the same places alone, and writes evidence that JSON can hold', () => {
    const odd = { scores: floats([Number.NaN, Number.POSITIVE_INFINITY, 1]) }
    expect(checkTensors(odd, odd, bounds).result).toBe('pass')
    for (const values of [
      [0, Number.POSITIVE_INFINITY, 1],
      [Number.NaN, Number.NEGATIVE_INFINITY, 1],
      [Number.NaN, Number.POSITIVE_INFINITY, Number.NaN],
    ]) {
      const finding = checkTensors({ scores: floats(values) }, odd, { scores: { relative: 1e9 } })
      expect(finding.result).toBe('fail')
      expect(JSON.stringify(finding)).not.toContain('null')
    }
  })

  it('reads half floats', () => {
    const half = (values: readonly number[]): TensorValue => ({
      ...{ type: 'float16', shape: [values.length], bytes: new Uint8Array(toFloat16Rows(Float32Array.from(values)).buffer) },
    })
    expect(tensorDistance(half([1, 2, -2]), half([1, 2.5, -2]))).toEqual({ relative: 0.5 / Math.sqrt(1 + 6.25 + 4), largest: 0.5 })
  })

  it('null and power: with bounds from 1,000 honest runs, others of the same noise pass and noise ten times as strong fails, in at least 990 of 1,000', () => {
    const random = seededRandom(11)
    const truth = Array.from({ length: 64 }, () => normal(random))
    const noisy = (sigma: number) => ({ scores: floats(truth.map(value => value + sigma * normal(random))) })
    const exact = { scores: floats(truth) }
    const honest = Array.from({ length: 1_000 }, () => tensorDistance(noisy(1e-3).scores, exact.scores)?.relative ?? 1)
    const bound = { scores: { relative: 1.2 * Math.max(...honest) } }
    const failures = (sigma: number) =>
      Array.from({ length: 1_000 }, () => checkTensors(noisy(sigma), exact, bound)).filter(({ result }) => result === 'fail').length
    expect(failures(1e-3)).toBeLessThanOrEqual(10)
    expect(failures(1e-2)).toBeGreaterThanOrEqual(990)
    // Null proofs: zeros, and the numbers of another input.
    expect(checkTensors({ scores: floats(truth.map(() => 0)) }, exact, bound).result).toBe('fail')
    expect(checkTensors({ scores: floats(truth.map(() => normal(random))) }, exact, bound).result).toBe('fail')
  })
})

describe('the check of embeddings', () => {
  it('passes what points the same way and fails other lengths, nothing, and other texts', () => {
    const random = seededRandom(12)
    const truth = Array.from({ length: 128 }, () => normal(random))
    const near = truth.map(value => value + 1e-3 * normal(random))
    expect(checkEmbedding(Float32Array.from(near), truth, 1e-5).result).toBe('pass')
    expect(
      checkEmbedding(
        near.map(value => 3 * value),
        truth,
        1e-5,
      ).result,
    ).toBe('pass')
    for (const wrong of [
      near.slice(1),
      truth.map(() => 0),
      truth.map(() => Number.NaN),
      truth.map(() => normal(random)),
      truth.map(value => -value),
    ])
      expect(checkEmbedding(wrong, truth, 1e-5).result).toBe('fail')
    expect(cosineDistance(truth, truth)).toBeCloseTo(0, 12)
  })
})
