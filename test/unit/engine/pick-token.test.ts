import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chacha8Block, chachaKey } from '../../../shared/engine/chacha8.ts'
import { createNoiseSource, gumbelBounds, gumbelMax, gumbelOf } from '../../../shared/engine/gumbel-noise.ts'
import { pickToken, valueOfToken } from '../../../shared/engine/pick-token.ts'
import { distributionOf, logProbOf } from '../../../shared/engine/token-statistics.ts'
import { isKept, topKMask } from '../../../shared/engine/top-k-mask.ts'
import { samplingOf, vectorLogits } from '../../support/sampling-case.ts'

interface Vectors {
  blocks: { key: string; block: number; nonce: number; words: number[] }[]
  cases: {
    case: number
    vocab: number
    temperature: number
    topK: number
    key: string
    position: number
    token: number
    value: number | null
    kept: number
    logProb: number
    entropy: number
    surprisal: number
  }[]
}
const vectors: Vectors = JSON.parse(readFileSync(new URL('../../vectors/sampling.json', import.meta.url), 'utf8'))
const keyOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const row = fc
  .array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 200 })
  .map(values => Float32Array.from(values))
const temperature = fc.double({ min: 0.05, max: 2, noNaN: true })

describe('the seeded sampler', () => {
  it('makes the random words of an independent ChaCha8', () => {
    const words = new Uint32Array(16)
    for (const vector of vectors.blocks) {
      chacha8Block(chachaKey(keyOf(vector.key)), vector.block, vector.nonce, words)
      expect([...words]).toEqual(vector.words)
    }
  })

  it('picks the tokens of an independent implementation, at every temperature and top-k', () => {
    for (const vector of vectors.cases) {
      const logits = vectorLogits(vector.case, vector.vocab)
      const picked = pickToken(logits, samplingOf(logits, vector.temperature, vector.topK, keyOf(vector.key), vector.position))
      expect({ case: vector.case, token: picked.token }).toEqual({ case: vector.case, token: vector.token })
      if (vector.value !== null) expect(picked.value).toBeCloseTo(vector.value, 12)
    }
  })

  it('gives the probabilities and entropies of an independent implementation', () => {
    for (const vector of vectors.cases.filter(one => one.temperature > 0)) {
      const logits = vectorLogits(vector.case, vector.vocab)
      const drawn = distributionOf(logits, vector.temperature, topKMask(logits, vector.topK), 0)
      expect(logProbOf(distributionOf(logits, 1, undefined, 0), logits, vector.token)).toBeCloseTo(vector.logProb, 12)
      expect(drawn.entropy).toBeCloseTo(vector.entropy, 12)
      expect(-logProbOf(drawn, logits, vector.token)).toBeCloseTo(vector.surprisal, 12)
    }
  })

  it('finds the same winner as a plain search over every token', () => {
    fc.assert(
      fc.property(row, temperature, key, fc.nat(5000), fc.nat(20), (logits, t, bytes, position, topK) => {
        const sampling = samplingOf(logits, t, topK, bytes, position)
        const values = Array.from(logits, (_, token) => valueOfToken(logits, token, sampling))
        const best = Math.max(...values)
        expect(pickToken(logits, sampling)).toEqual({ token: values.indexOf(best), value: best })
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  it('lets a token win that only the largest possible noise can lift over a far higher logit', () => {
    const logits = new Float32Array(48)
    logits[0] = 22
    const words = new Uint32Array(16).fill(0x8000_0000)
    const lucky = Uint32Array.from(words, (word, index) => (index === 8 ? 0xffff_ffff : word))
    const noise = { block: (_: number, index: number) => (index === 2 ? lucky : words) }
    expect(pickToken(logits, { temperature: 1, mask: undefined, noise, position: 0 }).token).toBe(40)
  })

  it('gives the same token for the same key and position, always', () => {
    fc.assert(
      fc.property(row, temperature, key, fc.nat(5000), (logits, t, bytes, position) => {
        const pick = () => pickToken(logits, samplingOf(logits, t, 0, bytes, position))
        expect(pick()).toEqual(pick())
      }),
      { numRuns: 50, seed: 2 },
    )
  })

  it('gives other noise to another key, another position and another token', () => {
    const noiseOf = (first: number, position: number, token: number) =>
      createNoiseSource(new Uint8Array(32).fill(first)).block(position, token >> 4)[token % 16]
    const all = [0, 1, 2].flatMap(first =>
      [0, 1, 2].flatMap(position => [0, 1, 15, 16, 17, 32].map(token => noiseOf(first, position, token))),
    )
    expect(new Set(all).size).toBe(all.length)
  })

  // Chi-square with 9 degrees of freedom: 27.9 is exceeded by chance in 1 of 1,000 seeds; this seed is fixed.
  it.each([0.5, 1, 1.6])('draws tokens in the proportions of the softmax at temperature %d', t => {
    const logits = Float32Array.from([2, 1.5, 1, 0.5, 0, -0.5, -1, 1.2, 0.3, 1.9])
    const noise = createNoiseSource(new Uint8Array(32).fill(9))
    const draws = 20_000
    const counts = new Array<number>(10).fill(0)
    for (let position = 0; position < draws; position++)
      counts[pickToken(logits, { temperature: t, mask: undefined, noise, position }).token]!++
    const distribution = distributionOf(logits, t, undefined, 0)
    const chi = counts.reduce((sum, count, token) => {
      const expected = draws * Math.exp(logProbOf(distribution, logits, token))
      return sum + (count - expected) ** 2 / expected
    }, 0)
    expect(chi).toBeLessThan(27.9)
  })

  it('takes the lower id of equal logits when greedy', () => {
    expect(pickToken(Float32Array.of(1, 3, 3, 2), samplingOf(Float32Array.of(1, 3, 3, 2), 0, 0, new Uint8Array(32), 0)).token).toBe(1)
  })

  it('keeps the lower ids of equal logits at the edge of top-k', () => {
    const logits = Float32Array.of(1, 5, 2, 2, 2, 0)
    const mask = topKMask(logits, 3)
    expect(Array.from(logits, (logit, token) => isKept(mask, logit, token))).toEqual([false, true, true, true, false, false])
  })

  it('keeps exactly k tokens', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 80 }), fc.nat(), (values, draw) => {
        const logits = Float32Array.from(values)
        const topK = 1 + (draw % (logits.length - 1))
        const mask = topKMask(logits, topK)
        const ranked = values.map((logit, token) => ({ logit, token })).sort((a, b) => b.logit - a.logit || a.token - b.token)
        const expected = new Set(ranked.slice(0, topK).map(({ token }) => token))
        expect(values.filter((logit, token) => isKept(mask, logit, token) !== expected.has(token))).toEqual([])
      }),
      { numRuns: 200, seed: 3 },
    )
  })

  it('bounds the noise of every word from above', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), word => gumbelOf(word) <= (gumbelBounds[word >>> 20] ?? Number.NaN) && gumbelOf(word) <= gumbelMax),
      { numRuns: 1_000, seed: 4 },
    )
  })

  it('refuses a noise key that has not 32 bytes', () => {
    expect(() => createNoiseSource(new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'ENGINE_NOISE_KEY' }))
  })

  it('refuses logits that are no numbers', () => {
    expect(() => distributionOf(Float32Array.of(1, Number.NaN), 1, undefined, 3)).toThrow(
      expect.objectContaining({ code: 'ENGINE_LOGITS' }),
    )
  })
})
