import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { askVerdicts } from '../../../../miner/verdicts/ask-verdicts.ts'
import { renderVerdicts } from '../../../../miner/verdicts/render-verdicts.ts'
import { convictionBytes, parseSignedConviction, type SignedConviction } from '../../../../shared/protocol/conviction.ts'
import { openVerdictServer } from '../../../../validator/reports/open-verdict-server.ts'
import { readConvictionsOf } from '../../../../validator/storage/conviction-table.ts'
import { findSignedVerdict } from '../../../../validator/storage/signed-verdict-table.ts'
import { checkConviction } from '../../../../validator/verify/check-conviction.ts'
import { renderConviction } from '../../../../validator/verify/render-conviction.ts'
import { verifyConviction } from '../../../../validator/verify/verify-conviction.ts'
import { type Deed, openSettlementLab, type SettlementLab } from '../../../support/settlement-lab.ts'
import { devKey, toyStatistics } from '../../../support/toy-exchange.ts'

const closers: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const honest: Deed = {}
const wrongText: Deed = { text: 'other' }

async function convictionsOf(lab: SettlementLab, name: string): Promise<SignedConviction[]> {
  return (await readConvictionsOf(lab.store, devKey(name).hotkey, 10)).map(json => parseSignedConviction(JSON.parse(json)))
}

/** A lab whose reference finds the first token of every answer turned: no single answer convicts. */
const openCheatLab = () =>
  openSettlementLab({
    score: async ({ tokenIds }) => toyStatistics(tokenIds.length, { margins: tokenIds.map((_, index) => (index === 0 ? 0.4 : 0)) }),
  })

/** The first conviction of miner One after a round of cheating. */
async function convictedByEvidence(): Promise<{ lab: SettlementLab; conviction: SignedConviction }> {
  const lab = await openCheatLab()
  await lab.ask(40, { One: Array.from({ length: 8 }, () => honest) })
  await lab.settle(40)
  const [conviction] = await convictionsOf(lab, 'One')
  if (conviction === undefined) throw new Error('nobody was convicted')
  return { lab, conviction }
}

describe('a conviction', () => {
  it('by a fail is signed with the verdict that it rests on, and the round replays the same', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [honest, wrongText], Two: [honest] })
    await lab.settle(40)
    const [conviction, ...more] = await convictionsOf(lab, 'One')
    expect([more, await convictionsOf(lab, 'Two')]).toEqual([[], []])
    expect(conviction && checkConviction(conviction)).toMatchObject({ same: true, reason: 'fail', miner: devKey('One').hotkey })
    const failed = conviction?.statement.verdicts.find(({ kind }) => kind === 'fail')
    const stored = await findSignedVerdict(lab.store, failed?.requestId ?? '')
    expect(failed).toMatchObject({ code: 'VERIFY_TEXT', receiptDigest: JSON.parse(stored?.json ?? '{}').statement.receiptDigest })
    expect((await lab.replay(40)).differences).toEqual([])
  })

  it('by evidence follows from the e-values that it lists, to whoever does the arithmetic again', async () => {
    const { lab, conviction } = await convictedByEvidence()
    const report = checkConviction(conviction)
    expect(report).toMatchObject({ same: true, reason: 'evidence' })
    expect(report.lines.find(({ check }) => check === 'Evidence')?.value).toBeCloseTo(conviction.statement.evidence ?? 0, -2)
    expect(conviction.statement.evidence).toBeGreaterThanOrEqual(1e4)
    expect(Math.max(...conviction.statement.verdicts.map(({ eValue }) => eValue ?? 0))).toBeLessThan(1e4)
    expect((await lab.replay(40)).differences).toEqual([])
  })

  it.each([
    ['another miner', { minerKey: 'other@7' }],
    ['a longer time', { untilBlock: 1_000_000 }],
    ['an easier bound', { alpha: 0.1 }],
  ])('that was changed to %s no longer bears the signature', async (_what, change) => {
    const { conviction } = await convictedByEvidence()
    expect(checkConviction({ ...conviction, statement: { ...conviction.statement, ...change } }).same).toBe(false)
  })

  it('that its validator made up is found out: the evidence does not follow', async () => {
    const { conviction } = await convictedByEvidence()
    const { statement } = conviction
    const mild = { ...statement, verdicts: statement.verdicts.map(verdict => ({ ...verdict, eValue: 0.5 })) }
    expect(checkConviction({ ...conviction, statement: mild }).lines.find(({ check }) => check === 'Evidence')?.finding).toBe('fail')
  })

  it('names what cannot be checked without the model and the subnet file, and claims no more', async () => {
    const { conviction } = await convictedByEvidence()
    const report = checkConviction(conviction)
    const { absent, same } = report
    expect(same).toBe(true)
    expect(absent).toContainEqual(
      expect.stringContaining('whether the verdicts and e-values that it lists are true, which takes the model'),
    )
    expect(absent).toContainEqual(expect.stringContaining(`those of the subnet file ${conviction.statement.scoringVersion}`))
    for (const { verdictDigest } of conviction.statement.verdicts)
      expect(absent).toContainEqual(expect.stringContaining(`verdict ${verdictDigest}`))
    expect(renderConviction(report)).toMatch(/the conviction follows from what it lists; whether that is true is unchecked$/)
  })

  it.each<[string, string, (statement: SignedConviction['statement']) => Partial<SignedConviction['statement']>]>([
    ['a verdict twice', 'Verdicts', ({ verdicts }) => ({ verdicts: verdicts.flatMap(each => [each, each]) })],
    ['an e-value above all', 'EValues', ({ verdicts }) => ({ verdicts: verdicts.map(each => ({ ...each, eValue: 1e13 })) })],
    ['the key of another miner', 'Miner', () => ({ minerKey: `${devKey('Two').hotkey}@7` })],
  ])('that lists %s is found out, signed as it may be', async (_what, check, change) => {
    const { conviction } = await convictedByEvidence()
    const statement = { ...conviction.statement, ...change(conviction.statement) }
    const signature = `0x${Buffer.from(devKey('Validator').sign(convictionBytes(statement))).toString('hex')}`
    const { same, lines } = checkConviction({ statement, signature })
    expect([same, lines.find(line => line.check === 'Signature')?.finding]).toEqual([false, 'pass'])
    expect(lines.find(line => line.check === check)?.finding).toBe('fail')
  })

  it('is told to the convict through the door for verdicts, signed, and to nobody else', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [wrongText], Two: [honest] })
    await lab.settle(40)
    const validator = devKey('Validator').hotkey
    const server = await openVerdictServer(
      { host: '127.0.0.1', port: 0 },
      { store: lab.store, validator, netuid: 2, readUnanswered: async () => [] },
    )
    closers.push(() => server.close())
    const ask = { netuid: 2, after: 0, limit: 100 }
    const page = await askVerdicts(server.url, validator, devKey('One'), ask)
    expect(page.convictions.map(({ statement }) => statement.reason)).toEqual(['fail'])
    expect(renderVerdicts(page)).toMatch(
      /convicted in round 40 by a fail \(VERIFY_TEXT, request [0-9a-f]{32}\): the score is zero before block \d+/,
    )
    expect((await askVerdicts(server.url, validator, devKey('Two'), ask)).convictions).toEqual([])
  })

  it('is read from a file by the command that verifies, which leaves other files to others', async () => {
    const { conviction } = await convictedByEvidence()
    const folder = await mkdtemp(join(tmpdir(), 'assay-conviction-'))
    closers.push(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'conviction.json')
    await writeFile(file, JSON.stringify(conviction))
    expect(await verifyConviction(file)).toMatchObject({ same: true })
    await writeFile(file, JSON.stringify({ version: 'assay/bundle/1' }))
    expect(await verifyConviction(file)).toBeNull()
    await writeFile(file, JSON.stringify({ ...conviction, statement: { ...conviction.statement, extra: 1 } }))
    await expect(verifyConviction(file)).rejects.toMatchObject({ code: 'VERIFY_BUNDLE' })
  })
})
