import { describe, expect, it } from 'vitest'
import { createNoiseSource } from '../../../../shared/engine/gumbel-noise.ts'
import { hotTokens } from '../../../../shared/engine/llama-cpp/hot-tokens.ts'
import { isCertain, logitRow } from '../../../../shared/engine/llama-cpp/logit-row.ts'
import { pickToken } from '../../../../shared/engine/pick-token.ts'
import { topKMask } from '../../../../shared/engine/top-k-mask.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const vocab = 5_000
const fetched = 64

/** A row of random logits, and what llama.cpp would tell of it: the highest and those asked for by name. */
function cases(seed: number, spread: number) {
  const random = seededRandom(seed)
  const row = Float32Array.from({ length: vocab }, () => spread * (random() + random() + random() - 1.5))
  const noise = createNoiseSource(Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256)))
  const max = Math.max(...row)
  const totalLogitWeight = row.reduce((sum, logit) => sum + Math.exp(logit - max), 0)
  const ranked = Array.from(row, (logit, token) => [token, logit] as const).sort((a, b) => b[1] - a[1])
  const tell = (named: readonly number[], top: number) => {
    const told = [...ranked.slice(0, top), ...named.map(token => [token, row[token] ?? 0] as const)]
    return { next: { logits: new Map(told.sort((a, b) => b[1] - a[1])), totalLogitWeight } }
  }
  return { row, noise, tell }
}

describe('a part of a row of logits', () => {
  it.each([
    ['at temperature 1', 1, 0],
    ['at temperature 0.7 with top-k', 0.7, 40],
    ['at temperature 2', 2, 0],
    ['at temperature 0', 0, 0],
  ])('is certain only of the token that the whole row would give, %s', (_, temperature, topK) => {
    let certain = 0
    for (let seed = 0; seed < 60; seed++) {
      const { row, noise, tell } = cases(seed, 3 + (seed % 10))
      const position = 100 + seed
      const hot = temperature > 0 && topK === 0 ? hotTokens(noise, position, vocab, fetched) : undefined
      const part = logitRow(tell(hot?.tokens ?? [], fetched + topK), vocab, fetched + topK, position)
      const choice = { temperature, topK, noise, position, noiseBound: hot?.bound ?? Number.POSITIVE_INFINITY }
      if (!isCertain(part, choice)) continue
      certain += 1
      const picked = (logits: Float32Array) =>
        pickToken(logits, { temperature, mask: temperature === 0 ? undefined : topKMask(logits, topK), noise, position }).token
      expect(picked(part.logits)).toBe(picked(row))
    }
    expect(certain).toBeGreaterThan(10)
  })
  it('names every token whose noise is above the bound', () => {
    const { noise } = cases(1, 1)
    const { tokens, bound } = hotTokens(noise, 7, vocab, fetched)
    expect(tokens.length).toBeGreaterThan(30)
    expect(tokens.length).toBeLessThan(110)
    expect(hotTokens(noise, 7, vocab, 2 * fetched).bound).toBeLessThan(bound)
    expect(hotTokens(noise, 7, vocab, 2 * fetched).tokens).toEqual(expect.arrayContaining([...tokens]))
  })
  it('is never certain where top-k keeps tokens as high as those that were not fetched', () => {
    const noise = createNoiseSource(new Uint8Array(32))
    const flat = new Map(Array.from({ length: 64 }, (_, token) => [token, 1] as const))
    const part = logitRow({ next: { logits: flat, totalLogitWeight: vocab } }, vocab, 64, 3)
    expect(isCertain(part, { temperature: 1, topK: 40, noise, position: 3, noiseBound: Number.POSITIVE_INFINITY })).toBe(false)
    expect(isCertain(part, { temperature: 0, topK: 0, noise, position: 3, noiseBound: Number.POSITIVE_INFINITY })).toBe(false)
  })
  it('is refused where it holds no numbers', () => {
    expect(() => logitRow(undefined, vocab, fetched, 9)).toThrow('position 9')
    expect(() => logitRow({ next: { logits: new Map([[1, Number.NaN]]), totalLogitWeight: Number.NaN } }, vocab, fetched, 9)).toThrow(
      'position 9',
    )
  })
})
