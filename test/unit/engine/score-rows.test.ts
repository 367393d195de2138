import { describe, expect, it } from 'vitest'
import { createNoiseSource } from '../../../shared/engine/gumbel-noise.ts'
import { pickToken } from '../../../shared/engine/pick-token.ts'
import { scoreRows } from '../../../shared/engine/score-rows.ts'
import { usableStatistics } from '../../../validator/verification/checks/usable-statistics.ts'
import { samplingOf, vectorLogits } from '../../support/sampling-case.ts'

const vocab = 40
const key = new Uint8Array(32).fill(5)
const logits = vectorLogits(3, vocab * 6)

const score = (tokenIds: number[], temperature = 1, topK = 0, eosIds = new Set([2])) =>
  scoreRows({ logits, vocab, tokenIds, firstPosition: 10, sampling: { temperature, topK }, noise: createNoiseSource(key), eosIds })
const honest = (temperature: number, topK: number) =>
  Array.from({ length: 6 }, (_, index) => {
    const row = logits.subarray(index * vocab, (index + 1) * vocab)
    return pickToken(row, samplingOf(row, temperature, topK, key, 10 + index)).token
  })

describe('the statistics of an answer', () => {
  it.each([
    [0, 0],
    [0.7, 0],
    [1, 5],
    [1.5, 1],
  ])('have a margin of exactly 0 for the tokens that temperature %d and top-k %d pick', (temperature, topK) => {
    expect([...score(honest(temperature, topK), temperature, topK).margins]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('have a positive margin for any other token', () => {
    const tokens = honest(1, 0)
    const changed = tokens.map((token, index) => (index === 3 ? (token + 1) % vocab : token))
    const { margins } = score(changed)
    expect([...margins].map(margin => margin > 0)).toEqual([false, false, false, true, false, false])
  })

  it('give Infinity as margin and surprisal to a token that top-k masks out', () => {
    const lowest = Array.from({ length: 6 }, (_, index) => {
      const row = [...logits.subarray(index * vocab, (index + 1) * vocab)]
      return row.indexOf(Math.min(...row))
    })
    const { margins, surprisals } = score(lowest, 1, 3)
    expect([...margins, ...surprisals].every(value => value === Number.POSITIVE_INFINITY)).toBe(true)
  })

  it('measure the margin of a greedy answer in raw logits', () => {
    const row = logits.subarray(0, vocab)
    const [token] = honest(0, 0)
    const other = ((token ?? 0) + 1) % vocab
    expect(score([other], 0).margins[0]).toBe((row[token ?? 0] ?? 0) - (row[other] ?? 0))
  })

  it.each([
    ['that are no numbers', Number.NaN],
    ['that are infinite', Number.POSITIVE_INFINITY],
    ['that are all minus infinity', Number.NEGATIVE_INFINITY],
  ])('are no numbers where the tokens led to logits %s, and those before stay', (_, value) => {
    for (const temperature of [0, 0.7, 1]) {
      const tokens = honest(temperature, 0)
      const broken = scoreRows({
        ...{ vocab, tokenIds: tokens, firstPosition: 10, noise: createNoiseSource(key), eosIds: new Set([2]) },
        logits: Float32Array.from(logits, (logit, index) => (index < 3 * vocab ? logit : value)),
        sampling: { temperature, topK: 0 },
      })
      expect([...broken.logProbs].map(Number.isFinite)).toEqual([true, true, true, false, false, false])
      expect([...broken.margins.subarray(0, 3)]).toEqual([0, 0, 0])
      expect(usableStatistics(broken, 6, 0.5)).toEqual({ problem: 'no number at token 3' })
    }
  })

  it('add up the probabilities of all end-of-sequence ids', () => {
    const all = new Set(Array.from({ length: vocab }, (_, id) => id))
    for (const value of score(honest(0.8, 7), 0.8, 7, all).endProbabilities) expect(value).toBeCloseTo(1, 12)
  })
})
