import { describe, expect, it } from 'vitest'
import { emptyEvidence, evidenceOf, updateEvidence } from '../../../../validator/verification/evidence/evidence-state.ts'
import { measureConviction } from '../../../bench/verification/convict.ts'
import { createEvidence } from '../../../bench/verification/fast-evidence.ts'
import { simulateLifetimes } from '../../../bench/verification/simulate-lifetimes.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const shares = [1, 0.3, 0.1, 0.03]
const weight = 1
const settings = { alpha: 1e-4, shares, weight, orders: 20, mostAnswers: 100 }

describe('simulated evidence', () => {
  it("is the validator's own, bit for bit", () => {
    const random = seededRandom(3)
    const weigh = createEvidence({ shares, weight: 0.25 })
    let state = emptyEvidence(shares)
    for (let index = 0; index < 500; index++) {
      const eValue = random() < 0.9 ? random() : 50 * random()
      state = updateEvidence(state, eValue, shares)
      expect(weigh(eValue)).toBe(0.25 * evidenceOf(state) + 0.75)
    }
  })

  it('never convicts honest lives whose e-values stay below one', () => {
    const lives = simulateLifetimes([[0.5, 1], [0.9]], { alpha: 1e-4, shares, weight, lifetimes: 50, answers: 200 })
    expect(lives).toMatchObject({ convictions: 0, bound: 1e-4 })
    expect(lives.largestEvidence).toBe(1)
  })

  it('convicts lives whose e-values are not honest', () => {
    const lives = simulateLifetimes([[3]], { alpha: 1e-4, shares, weight, lifetimes: 10, answers: 200 })
    expect(lives.convictions).toBe(10)
  })

  it('stays within the bound for e-values of mean one', () => {
    // Nine times 0.5 and once 5.5: the mean is 1.
    const lives = simulateLifetimes([[...Array(9).fill(0.5), 5.5]], { alpha: 0.05, shares, weight, lifetimes: 1_000, answers: 100 })
    expect(lives.convictions).toBeGreaterThan(0)
    expect(lives.convictions / lives.lifetimes).toBeLessThan(0.05)
  })
})

describe('tokens until a conviction', () => {
  const answer = (eValue: number, fails = false) => ({ eValue, tokens: 10, fails })

  it('sum the audited tokens of all answers up to the one that convicts', () => {
    const found = measureConviction([answer(1e3)], settings)
    expect(found).toMatchObject({ convicted: 1, medianAnswers: 2, medianTokens: 20, tokens99: 20 })
  })

  it('are those of the first answer that a deterministic check fails', () => {
    expect(measureConviction([answer(0, true)], settings)).toMatchObject({ convicted: 1, answers99: 1 })
  })

  it('are not told where fewer orders convict than the quantile asks for', () => {
    expect(measureConviction([answer(1)], settings)).toMatchObject({ convicted: 0, medianTokens: null, tokens99: null })
  })

  it('leave out the honest past, which buys nothing', () => {
    const before = { answers: [answer(0.5)], count: 1_000 }
    const late = measureConviction([answer(1e9)], { ...settings, before })
    expect(late).toMatchObject({ convicted: 1, medianAnswers: 2, medianTokens: 20 })
  })
})
