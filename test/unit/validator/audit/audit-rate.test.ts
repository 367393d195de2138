import { describe, expect, it } from 'vitest'
import { explainAuditReason } from '../../../../shared/protocol/audit-reason.ts'
import { type AuditedVerdict, applyAudits } from '../../../../validator/audit/apply-audits.ts'
import { auditTerms, leastRate, lossBlocks } from '../../../../validator/audit/audit-rate.ts'
import { type AuditState, emptyAudits } from '../../../../validator/audit/audit-state.ts'
import { toyEconomics } from '../../../support/audit-terms.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'

const subnet = toySubnet({ audit: { rate: 0.02, economics: toyEconomics } })
const key = 'miner@1'
let count = 0
const verdict = (parts: Partial<AuditedVerdict> = {}): AuditedVerdict => {
  count += 1
  return { requestId: count.toString(16).padStart(32, '0'), minerKey: key, kind: 'pass', code: null, eValue: 0.5, ...parts }
}
const passes = (answers: number) => Array.from({ length: answers }, () => verdict())
const settle = (state: AuditState, verdicts: readonly AuditedVerdict[], present = [key]) =>
  applyAudits(state, { verdicts, present }, subnet)
const termsOf = (state: AuditState) => auditTerms(state.miners[key], subnet)

describe('the audit rate of a miner', () => {
  it('is 1 during probation, then falls, and ends at the rate at which cheating cannot pay', () => {
    let state = emptyAudits
    const rates: number[] = []
    const kinds = new Set<string>()
    for (let round = 0; round < 60; round++) {
      const { rate, reason } = termsOf(state)
      rates.push(rate)
      kinds.add(reason.kind)
      state = settle(state, passes(10))
    }
    expect(rates.slice(0, 3)).toEqual([1, 1, 1])
    expect(rates[3]).toBe(25 / (25 + 5))
    expect([...rates].sort((a, b) => b - a)).toEqual(rates)
    expect([...kinds]).toEqual(['probation', 'decaying', 'steady'])
    expect(rates.at(-1)).toBe(leastRate(10, subnet, toyEconomics))
  })

  it('is the plain rate of the file, for all and always, where the file has no economics', () => {
    const plain = toySubnet({ audit: { rate: 0.3 } })
    expect(applyAudits(emptyAudits, { verdicts: [verdict({ kind: 'fail' })], present: [key] }, plain)).toEqual(emptyAudits)
    const { rate, reason } = auditTerms(undefined, plain)
    expect([rate, explainAuditReason(reason)]).toEqual([0.3, 'fixed: the rate of the subnet file'])
  })

  it('is never below the rate of the file, and never above 1', () => {
    expect(leastRate(1e9, subnet, toyEconomics)).toBe(0.02)
    expect(leastRate(0, subnet, toyEconomics)).toBe(1)
    expect(leastRate(0, subnet, { ...toyEconomics, saving: 0 })).toBe(0.02)
  })

  it('grows with what a cheat saves, and falls with the power of the audits, the pay at risk and the price of coming back', () => {
    const of = (parts: Partial<typeof toyEconomics>, answers = 10) => leastRate(answers, subnet, { ...toyEconomics, ...parts })
    // 2 x 0.5 / (0.1 x 20 rounds x 10 answers)
    expect(of({})).toBeCloseTo(0.05, 12)
    expect(of({ saving: 0.25 })).toBeCloseTo(0.025, 12)
    expect(of({ detection: 0.05 })).toBeCloseTo(0.1, 12)
    expect(of({}, 5)).toBeCloseTo(0.1, 12)
    expect(of({ entryBlocks: 50, registrationBlocks: 10 })).toBeCloseTo(1 / 12, 12)
    expect(lossBlocks(subnet, { ...toyEconomics, entryBlocks: 100_000 })).toBe(subnet.scoring.convictionBlocks)
  })

  it('is 1 for a newcomer under a new registration of the same hotkey', () => {
    const state = settle(emptyAudits, passes(500))
    expect(auditTerms(state.miners['miner@2'], subnet).rate).toBe(1)
  })
})

describe('a failure', () => {
  const settled = settle(emptyAudits, passes(500))

  it.each<[string, Partial<AuditedVerdict>]>([
    ['a fail', { kind: 'fail', code: 'VERIFY_TEXT', eValue: null }],
    ['an answer whose e-value alone is suspicious', { eValue: 5_000 }],
    ['an opening that was not given', { kind: 'miss', code: 'VERIFY_OPENING_LATE', eValue: null }],
  ])('brings back full audits, and the rate names its request: %s', (_, parts) => {
    expect(termsOf(settled).rate).toBeLessThan(0.1)
    const failed = verdict(parts)
    const { rate, reason } = termsOf(settle(settled, [...passes(3), failed]))
    expect([rate, reason.kind, reason.failedAt]).toEqual([1, 'after failure', failed.requestId])
    expect(explainAuditReason(reason)).toContain(`after failure at ${failed.requestId}`)
  })

  it('is also a row of answers each of which is only a little suspicious', () => {
    let state = settled
    let answers = 0
    while (termsOf(state).reason.failedAt === null && answers < 100) {
      state = settle(state, [verdict({ eValue: 3 })])
      answers += 1
    }
    expect(answers).toBe(Math.ceil(Math.log(toyEconomics.doubt) / Math.log(1.6)))
  })

  it('is forgotten after as many audited answers as a probation has, and then falls as before', () => {
    const failed = settle(settled, [verdict({ kind: 'fail' })])
    expect(termsOf(settle(failed, passes(24))).rate).toBe(1)
    expect(termsOf(settle(failed, passes(25))).reason.kind).toBe('decaying')
  })

  it('is none where an answer came late, was not drawn, or could not be judged', () => {
    const others = (['miss', 'unaudited', 'void'] as const).map(kind => verdict({ kind, code: 'timeout', eValue: null }))
    const state = settle(settled, others)
    expect(state.miners[key]).toMatchObject({ audited: 500, failedAt: null })
  })
})

it('does not depend on the order in which verdicts come', () => {
  const verdicts = [verdict({ eValue: 60 }), ...passes(8), verdict({ eValue: 40 }), verdict({ kind: 'fail' }), ...passes(5)]
  expect(settle(emptyAudits, [...verdicts].reverse())).toEqual(settle(emptyAudits, verdicts))
})

it('is forgotten with the miner: who left the metagraph takes no room', () => {
  expect(settle(settle(emptyAudits, passes(3)), [], [])).toEqual(emptyAudits)
})

it('an honest miner whose e-values are as the calibration allows meets full audits again at most once in `doubt` audited answers', () => {
  // The worst e-values of mean 1: 0.5, and 26 in one of 51.
  let state = emptyAudits
  let failures = 0
  const total = 20_000
  for (let answer = 0; answer < total; answer++) {
    const failedAt = state.miners[key]?.failedAt ?? null
    state = settle(state, [verdict({ eValue: (answer * 7_919) % 51 === 0 ? 26 : 0.5 })])
    if (state.miners[key]?.failedAt !== failedAt) failures += 1
  }
  expect(failures).toBeLessThanOrEqual(total / toyEconomics.doubt)
})
