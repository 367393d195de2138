import { describe, expect, it } from 'vitest'
import { parseBundle } from '../../../../shared/protocol/bundle.ts'
import { verdictBytes } from '../../../../shared/protocol/verdict-statement.ts'
import { buildBundle } from '../../../../validator/reports/build-bundle.ts'
import { toyEconomics } from '../../../support/audit-terms.ts'
import { verifyToy } from '../../../support/bundle-lab.ts'
import { labMaster, openSettlementLab, type SettlementLab } from '../../../support/settlement-lab.ts'
import { devKey } from '../../../support/toy-exchange.ts'

const audit = { rate: 0.02, economics: { ...toyEconomics, probation: 4, halfAfter: 4 } }
const honest = [{}, {}, {}, {}]

/** Settles rounds 40, 41, ...: the deeds of miner One in each. */
async function settleAll(lab: SettlementLab, rounds: ReadonlyArray<Parameters<SettlementLab['ask']>[1]>): Promise<void> {
  for (const [index, deeds] of rounds.entries()) {
    await lab.ask(40 + index, deeds)
    await lab.settle(40 + index)
  }
}

describe('rounds under audit rates that follow from the economics', () => {
  it('audit a newcomer fully, then less, and all of it again after a failure, which the other miner does not feel', async () => {
    const lab = await openSettlementLab({ subnet: { audit } })
    const rounds = [{ One: honest, Two: honest }, { One: honest }, { One: [{ text: 'other' }, {}] }, { One: honest }, { Two: honest }]
    await settleAll(lab, rounds)
    const reasons = await Promise.all(
      rounds.map(async (deeds, index) => {
        const replay = await lab.replay(40 + index)
        expect(replay.differences).toEqual([])
        expect(replay.verdicts.length).toBe(Object.values(deeds).flat().length)
        return [...new Set(replay.verdicts.map(({ auditRate, auditReason }) => `${auditReason.kind} ${auditRate}`))]
      }),
    )
    expect(reasons.slice(0, 2)).toEqual([['probation 1'], ['decaying 1']])
    expect(reasons[3]).toEqual(['after failure 1'])
    expect(reasons[4]).toEqual(['decaying 1'])
    const later = await lab.replay(42)
    expect(later.verdicts[0]?.auditRate).toBe(4 / (4 + 4))
  })

  it('replay byte for byte where some answers were drawn and others not', async () => {
    const lab = await openSettlementLab({ subnet: { audit } })
    await settleAll(
      lab,
      Array.from({ length: 6 }, () => ({ One: honest, Two: honest })),
    )
    for (let round = 40; round < 46; round++) expect((await lab.replay(round)).differences).toEqual([])
    const kinds = (await lab.replay(45)).verdicts.map(({ kind }) => kind)
    expect(new Set(kinds).size).toBeGreaterThan(1)
  })

  it('are verified by strangers: the rate follows from what the verdict states, and one that does not is found', async () => {
    const lab = await openSettlementLab({ subnet: { audit } })
    await settleAll(lab, [{ One: honest }, { One: honest }, { One: [{}] }])
    const bundle = await buildBundle(lab.store, lab.requestId(42, 'One', 0), labMaster)
    const line = async (given: typeof bundle) =>
      (await verifyToy(parseBundle(JSON.parse(JSON.stringify(given))))).lines.find(({ check }) => check === 'AuditRate')
    expect(await line(bundle)).toMatchObject({
      finding: 'pass',
      value: 0.5,
      threshold: 0.5,
      note: expect.stringContaining('decaying: 8 answers'),
    })
    const { statement } = bundle.verdict
    const forged = { ...statement, verdict: { ...statement.verdict, auditRate: 0.01 } }
    const signature = `0x${Buffer.from(devKey('Validator').sign(verdictBytes(forged))).toString('hex')}`
    expect(await line({ ...bundle, verdict: { statement: forged, signature } })).toMatchObject({ finding: 'fail', value: 0.01 })
  })
})
