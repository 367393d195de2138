import { describe, expect, it } from 'vitest'
import type { SubnetFile } from '../../../../shared/subnet/subnet-file.ts'
import { auditTerms } from '../../../../validator/audit/audit-rate.ts'
import { renderAuditPlan } from '../../../../validator/reports/render-audit-plan.ts'
import { buildAuditPlan } from '../../../../validator/scoring/conviction/build-audit-plan.ts'
import { fraudTable, honestByTokens } from '../../../../validator/scoring/conviction/fraud-table.ts'
import { type ConvictionCase, simulateConviction } from '../../../../validator/scoring/conviction/simulate-conviction.ts'
import { toyEconomics } from '../../../support/audit-terms.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'

const seed = new Uint8Array(32).fill(4)
const subnet = toySubnet({ audit: { rate: 0.02, economics: toyEconomics } })
const plan = (parts: Partial<Parameters<typeof buildAuditPlan>[0]> = {}) =>
  buildAuditPlan({ subnet, answers: 10, price: null, seed, runs: 10, limit: 4_000, ...parts })
const play = (file: SubnetFile, parts: Partial<ConvictionCase> = {}) =>
  simulateConviction({
    ...{ subnet: file, answers: 10, share: 1, waits: false, cheated: [1_000], honest: honestByTokens, seed, runs: 20, limit: 5_000 },
    ...parts,
  })

describe('at the rate at which cheating cannot pay', () => {
  const played = plan({ frauds: fraudTable }).frauds
  it.each(fraudTable.map(({ name }) => name))('%s loses at every share: it saves less until its conviction than that costs', name => {
    const rows = played.filter(({ fraud, waits }) => fraud === name && !waits)
    expect(rows.map(({ share }) => share)).toEqual([1, 0.3, 0.1])
    for (const { saved, lost, verdict } of rows) {
      expect(verdict).toBe('loses')
      expect(saved).toBeLessThan((lost ?? 0) / toyEconomics.safety)
    }
  })

  it('whoever cheats at the least rate alone, and waits out full audits, loses too, or gains less than a fortieth of its pay', () => {
    for (const { gain, waits, verdict } of played) if (waits && verdict !== 'loses') expect(gain).toBeLessThan(0.025)
  })

  it('a fraud too weak for its share is told as one that is not convicted, and not as harmless', () => {
    const weak = { name: 'hardly seen', saving: 1, eValues: [0.5, 0.5, 0.5, 0.5, 6], honest: honestByTokens }
    const [, , tenth] = plan({ frauds: [weak] }).frauds
    expect(tenth).toMatchObject({ share: 0.1, requests: null, estimate: null, verdict: 'not convicted' })
  })

  it('a rate far below it would pay', () => {
    const careless = toySubnet({ audit: { rate: 0.001, economics: { ...toyEconomics, safety: 0.01, detection: 1 } } })
    const [full] = plan({
      subnet: careless,
      frauds: fraudTable.slice(0, 1).map(each => ({ ...each, eValues: [30] })),
      limit: 20_000,
      runs: 2,
    }).frauds
    expect(full?.verdict).toBe('pays')
  })
})

describe('the requests until a fraud is convicted', () => {
  it('are at a fixed rate about ln(1/alpha) / (p g), and a little more for not knowing share and beginning', () => {
    // One temperature, so that nearly all evidence is in one stream.
    const fixed = toySubnet({ audit: { rate: 0.1 }, requests: { ...toySubnet().requests, temperatures: [1] } })
    const [full, third] = plan({
      subnet: fixed,
      frauds: [{ name: 'steady', saving: 1, eValues: [20], honest: honestByTokens }],
      answers: 2,
      runs: 40,
    }).frauds
    for (const row of [full, third]) {
      const ratio = (row?.requests ?? 0) / (row?.estimate ?? 1)
      expect(ratio).toBeGreaterThan(1)
      expect(ratio).toBeLessThan(3.5)
    }
  })

  it('are fewer under rates that go back to full after a suspicion than under the steady rate alone', () => {
    const { rate } = auditTerms({ audited: 1e9, answers: 10, failedAt: null }, subnet)
    const fixed = toySubnet({ audit: { rate } })
    expect(play(subnet, { cheated: [150], share: 0.3 }).requests).toBeLessThan(play(fixed, { cheated: [150], share: 0.3 }).requests * 0.8)
  })

  it('are the same for the same seed, and infinite for an honest miner', () => {
    expect(play(subnet)).toEqual(play(subnet))
    expect(play(subnet, { cheated: honestByTokens })).toMatchObject({ convicted: 0, requests: Number.POSITIVE_INFINITY })
  })
})

describe('the audit plan', () => {
  it('takes the cheaper of serving and of coming back, at the price on chain where that is higher than the least of the file', () => {
    // A round has 5 blocks and 10 answers.
    expect(plan({ frauds: [] }).conviction.lossAnswers).toBe((100 / 5) * 10)
    const priced = plan({ subnet: withEntry(30), frauds: [], price: { costRao: 1n, blocks: 40 } })
    expect(priced.conviction).toMatchObject({ lossAnswers: (70 / 5) * 10, registrationBlocks: 40 })
    expect(priced.follows?.lossBlocks).toBe(50)
    expect(plan({ subnet: withEntry(30), frauds: [], price: { costRao: 1n, blocks: null } }).conviction.lossAnswers).toBe(100)
  })

  it('is told to a person with what the rate follows from, and says where a file names nothing to reckon with', () => {
    const text = renderAuditPlan(plan({ frauds: fraudTable.slice(0, 1) }))
    expect(text).toContain("follows from safety 2 x saving 0.5 / (detection 0.1 x 200 answers' pay); the file's floor is 2 %")
    expect(text).toMatch(/^smaller model, tokens alone +30 % .* loses$/m)
    const fixed = renderAuditPlan(plan({ subnet: toySubnet({ audit: { rate: 0.5 } }), frauds: fraudTable.slice(0, 1) }))
    expect(fixed).toContain('50 % of all receipts: the subnet file fixes it')
    expect(fixed).toContain('not reckoned')
  })
})

function withEntry(entryBlocks: number): SubnetFile {
  return toySubnet({ audit: { rate: 0.02, economics: { ...toyEconomics, entryBlocks } } })
}
