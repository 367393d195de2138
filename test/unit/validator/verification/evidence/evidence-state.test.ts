import { describe, expect, it } from 'vitest'
import { emptyEvidence, evidenceLog10, evidenceOf, updateEvidence } from '../../../../../validator/verification/evidence/evidence-state.ts'
import { meanClippedMargin } from '../../../../../validator/verification/evidence/margin-e-value.ts'
import { streamName } from '../../../../../validator/verification/evidence/stream-name.ts'
import { seededRandom } from '../../../../support/seeded-random.ts'

const shares = [1, 0.3, 0.1, 0.03]
const evidenceAfter = (eValues: readonly number[]) => eValues.reduce((state, e) => updateEvidence(state, e, shares), emptyEvidence(shares))
const answersUntil = (bound: number, start: ReturnType<typeof evidenceAfter>, draw: () => number, limit: number) => {
  let state = start
  for (let count = 1; count <= limit; count++) {
    state = updateEvidence(state, draw(), shares)
    if (evidenceOf(state) >= bound) return count
  }
  return null
}

describe('the e-process', () => {
  it('starts at 1 and stays at 1 on e-values of 1', () => {
    expect(evidenceOf(emptyEvidence(shares))).toBe(1)
    expect(evidenceOf(evidenceAfter(Array.from({ length: 500 }, () => 1)))).toBeCloseTo(1, 12)
  })
  it('follows its formula', () => {
    const one = (q: number) => {
      const a1 = 0.5 * (1 - q + 3 * q)
      const a2 = (a1 + 1 / 6) * (1 - q + 0.5 * q)
      return a2 + 1 / 3
    }
    expect(evidenceOf(evidenceAfter([3, 0.5]))).toBeCloseTo(shares.reduce((sum, q) => sum + one(q), 0) / 4, 14)
  })
  it('convicts honest miners at most at the stated rate over 400 answers: 2,000 lives at alpha 0.05, of which at most 100 may be convicted', () => {
    // Mean e exactly 1 with a heavy tail, the hardest that honesty allows: 0.5, and 50.5 in one answer of a hundred.
    const random = seededRandom(11)
    let convicted = 0
    for (let life = 0; life < 2_000; life++)
      if (answersUntil(20, emptyEvidence(shares), () => (random() < 0.01 ? 50.5 : 0.5), 400) !== null) convicted += 1
    expect(convicted).toBeLessThanOrEqual(100)
    expect(convicted).toBeGreaterThan(0)
  })
  it('would convict far more often if honest miners broke the bound of the mean: the test above can fail', () => {
    const random = seededRandom(12)
    let convicted = 0
    for (let life = 0; life < 300; life++)
      if (answersUntil(20, emptyEvidence(shares), () => (random() < 0.04 ? 50.5 : 0.5), 400) !== null) convicted += 1
    expect(convicted).toBeGreaterThan(60)
  })
  it('sells nothing for a long honest past: 5,000 perfect answers delay a conviction by three answers', () => {
    const cheat = () => 500
    const fresh = answersUntil(1e4, emptyEvidence(shares), cheat, 100)
    const past = answersUntil(1e4, evidenceAfter(Array.from({ length: 5_000 }, () => 0.5)), cheat, 100)
    expect(fresh).toBe(2)
    expect(past).toBe(5)
  })
  it.each([
    [1, 3],
    [0.3, 20],
    [0.1, 110],
    [0.03, 450],
  ])('convicts who cheats in a share %d of the answers with e = 300 within %d answers, in 95 of 100 lives', (share, limit) => {
    const random = seededRandom(13)
    const lives = Array.from({ length: 200 }, () => answersUntil(1e4, emptyEvidence(shares), () => (random() < share ? 300 : 0.5), limit))
    expect(lives.filter(count => count !== null).length).toBeGreaterThanOrEqual(190)
  })
  it('stays a finite number under endless cheating and under endless honesty', () => {
    const cheat = evidenceAfter(Array.from({ length: 3_000 }, () => 5_000))
    expect(Number.isFinite(evidenceOf(cheat))).toBe(true)
    expect(evidenceLog10(cheat)).toBeGreaterThan(200)
    expect(evidenceOf(evidenceAfter(Array.from({ length: 20_000 }, () => 0.5)))).toBeGreaterThan(0)
  })
  it('comes back from JSON as it was', () => {
    const state = evidenceAfter([0.5, 200, 0.5, 1 / 3])
    expect(JSON.parse(JSON.stringify(state))).toEqual(state)
  })
  it('refuses what is no e-value', () => {
    expect(() => updateEvidence(emptyEvidence(shares), Number.NaN, shares)).toThrow(RangeError)
    expect(() => updateEvidence(emptyEvidence(shares), -1, shares)).toThrow(RangeError)
  })
})

describe('the mean margin of an answer', () => {
  it('counts each token up to the clip, masked ones in full', () => {
    expect(meanClippedMargin([0, 0.25, 7, Number.POSITIVE_INFINITY], 0.5)).toBe((0 + 0.5 + 1 + 1) / 4)
  })
  it('belongs to a stream of its origin, model and band of temperature', () => {
    expect([0, 0.3, 0.7, 1].map(temperature => streamName('synthetic', 'm', temperature))).toEqual([
      'synthetic/m/0',
      'synthetic/m/0.7',
      'synthetic/m/0.7',
      'synthetic/m/2',
    ])
  })
})
