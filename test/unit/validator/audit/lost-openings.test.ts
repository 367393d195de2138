import { describe, expect, it } from 'vitest'
import { type AuditedVerdict, applyAudits, listWithholding } from '../../../../validator/audit/apply-audits.ts'
import { auditTerms } from '../../../../validator/audit/audit-rate.ts'
import { type AuditState, emptyAudits } from '../../../../validator/audit/audit-state.ts'
import { type LostOpenings, takeOpenings } from '../../../../validator/audit/lost-openings.ts'
import { uniformDraws } from '../../../../validator/challenge/seeded-draws.ts'
import { applyRound } from '../../../../validator/scoring/apply-round.ts'
import { emptyScores } from '../../../../validator/scoring/score-state.ts'
import { toyEconomics } from '../../../support/audit-terms.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'
import { toyVerdict } from '../../../support/toy-verdict.ts'

const proof = { k: 8, fullRows: 2, openingMs: 2_000, keepBlocks: 150, toploc: null }
const subnet = toySubnet({ proof, audit: { rate: 0.05, economics: toyEconomics } })
const key = 'miner@1'
const seed = new Uint8Array(32).fill(4)

/** The round, counted from 1, in which a miner's losses became evidence; null where they never did. */
function roundOfEvidence(rounds: number, outcomesOf: (round: number) => readonly boolean[]): number | null {
  let state: LostOpenings | undefined
  for (let round = 1; round <= rounds; round++) {
    state = takeOpenings(state, outcomesOf(round), subnet)
    if (state !== undefined && state.given !== null) return round
  }
  return null
}

const answersOf = (outcomes: readonly boolean[], round: number): AuditedVerdict[] =>
  outcomes.map((isLost, index) => ({
    ...{ requestId: `${round}-${String(index).padStart(6, '0')}`, minerKey: key, eValue: 0.58 },
    ...(isLost ? { kind: 'miss' as const, code: 'VERIFY_OPENING_MISSING' } : { kind: 'pass' as const, code: null }),
  }))

/** Settles rounds of as many audited answers as the miner's rate asks for, of 650, and gives the rates and the last state. */
function play(rounds: number, outcomesOf: (audited: number, round: number) => readonly boolean[], before = emptyAudits) {
  let state: AuditState = before
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { rate } = auditTerms(state.miners[key], subnet)
    rates.push(rate)
    const audited = Math.ceil(650 * rate)
    const rest = Array.from({ length: 650 - audited }, (_, index) => ({
      ...{ requestId: `${round}-u${index}`, minerKey: key, kind: 'unaudited' as const, code: null, eValue: null },
    }))
    state = applyAudits(state, { verdicts: [...answersOf(outcomesOf(audited, round), round), ...rest], present: [key] }, subnet)
  }
  return { rates, state }
}
const lose = (share: number, audited: number) => Array.from({ length: audited }, (_, index) => index < share * audited)

describe('losses of openings', () => {
  it.each([1, 5, 33, 650])('never become evidence at two in a hundred with a restart in one round of fifty: %i a round', count => {
    for (let miner = 0; miner < 40; miner++) {
      const draw = uniformDraws(seed, 'honest', count, miner)
      const found = roundOfEvidence(count > 100 ? 100 : 1_000, () => {
        const restarts = draw() < 1 / 50
        return Array.from({ length: count }, () => restarts || draw() < 0.02)
      })
      expect(found).toBeNull()
    }
  })

  it.each<[number, number, number]>([
    [0.1, 33, 60],
    [0.1, 650, 40],
    [0.3, 33, 12],
    [1, 33, 5],
  ])('become evidence at a share of %f of %i a round within %i rounds', (share, count, within) => {
    for (let miner = 0; miner < 20; miner++) {
      const draw = uniformDraws(seed, 'withholds', share, count, miner)
      const found = roundOfEvidence(within, () => Array.from({ length: count }, () => draw() < share))
      expect(found).not.toBeNull()
    }
  })

  it('end to be evidence after a row of given openings, and a lost one begins the row anew', () => {
    const evident = takeOpenings(undefined, [true], { ...subnet, evidence: { alpha: 0.1, shares: [1] } })
    expect(evident?.given).toBe(0)
    const given = (count: number) => Array.from({ length: count }, () => false)
    const after = takeOpenings(evident, given(49), subnet)
    expect(after?.given).toBe(49)
    expect(takeOpenings(after, [true, ...given(49)], subnet)?.given).toBe(49)
    expect(takeOpenings(after, [false], subnet)).toEqual({ evidence: { n: 0, mixture: [0, 0, 0, 0] }, given: null, quiet: 8 })
  })

  it('keep their bounded place in a state that is plain JSON', () => {
    const { state } = play(60, audited => lose(0.1, audited))
    expect(JSON.parse(JSON.stringify(state))).toEqual(state)
    expect(state.miners[key]?.openings?.evidence.mixture).toHaveLength(subnet.evidence.shares.length)
  })
})

describe('what losses cost the validator', () => {
  it('is nothing where one of each round is lost, whichever: the rate falls as ever', () => {
    const last = play(20, audited => Array.from({ length: audited }, (_, index) => index === audited - 1))
    expect(last.rates.at(-1)).toBe(0.05)
    expect(listWithholding(last.state)).toEqual(new Set())
  })

  it('is a full audit after a round in which many are lost', () => {
    const settled = play(10, audited => lose(0, audited))
    expect(settled.rates.at(-1)).toBe(0.05)
    const next = play(2, audited => lose(0.3, audited), settled.state)
    expect(next.rates).toEqual([0.05, 1])
  })

  it('ends where that goes on: audits are rare again, and what is not audited is not paid', () => {
    const { rates, state } = play(60, audited => lose(1, audited))
    expect(rates.slice(10).every(rate => rate < 0.1)).toBe(true)
    expect(listWithholding(state)).toEqual(new Set([key]))
  })

  it('is a full audit in one round of ten at most, however they are timed, until they are evidence', () => {
    const { rates, state } = play(400, (audited, round) => lose(round % 2 === 0 ? 0.22 : 0, audited))
    expect(rates.filter(rate => rate === 1).length).toBeLessThanOrEqual(41)
    expect(state.miners[key]?.openings?.evidence.n).toBeLessThan(200)
  })
})

it('who withholds is paid for opened answers alone', () => {
  const verdicts = [toyVerdict({ minerKey: key }), toyVerdict({ minerKey: key, kind: 'unaudited' })]
  const round = { number: 1, block: 5, seconds: 4, present: [key], verdicts }
  expect(applyRound(emptyScores, round, subnet).scores.get(key)).toBe(20 / 4)
  expect(applyRound(emptyScores, { ...round, withholding: new Set([key]) }, subnet).scores.get(key)).toBe(10 / 4)
})
