import { describe, expect, it } from 'vitest'
import type { ScoreRequest } from '../../../../shared/engine/engine-port.ts'
import type { SignedVerdict } from '../../../../shared/protocol/verdict-statement.ts'
import { readStatus } from '../../../../validator/rounds/read-status.ts'
import { readConvictionsOf } from '../../../../validator/storage/conviction-table.ts'
import { readSettlement } from '../../../../validator/storage/settlement-table.ts'
import { findSignedVerdict } from '../../../../validator/storage/signed-verdict-table.ts'
import { type Deed, openSettlementLab, type SettlementLab } from '../../../support/settlement-lab.ts'
import { toyTerms } from '../../../support/subnet-terms.ts'
import { devKey, toyStatistics } from '../../../support/toy-exchange.ts'

const checkWeights = { margin: 0.4, fingerprint: 0.4, logProb: 0.2 }
const models = [{ ...toyTerms, bounds: { greedySlack: 0, fingerprintBound: 0.02, logProbBound: 0.01, checkWeights } }]
const honest: Deed = {}
/** Tokens of the model, with log-probabilities of another one. */
const coarse: Deed = { logProbs: [-0.4, -0.6, -0.4] }
const many = (deed: Deed) => Array.from({ length: 12 }, () => deed)
/** A reference that is wrong: it finds the first token of every answer turned. */
const turned = async ({ tokenIds }: ScoreRequest) =>
  toyStatistics(tokenIds.length, { margins: tokenIds.map((_, index) => (index === 0 ? 0.4 : 0)) })

async function lab(options: Parameters<typeof openSettlementLab>[0], deeds: Readonly<Record<string, readonly Deed[]>>) {
  const opened = await openSettlementLab({ subnet: { models }, ...options })
  await opened.ask(40, deeds)
  await opened.settle(40)
  return opened
}

const reasonsOf = async ({ store }: SettlementLab, name: string) =>
  (await readConvictionsOf(store, devKey(name).hotkey, 10)).map(json => JSON.parse(json).statement.reason)

const signedOf = async (one: SettlementLab, name: string, deed = 0) => {
  const row = await findSignedVerdict(one.store, one.requestId(40, name, deed))
  // Our own scoreboard wrote it.
  return (JSON.parse(row?.json ?? '{}') as SignedVerdict).statement.verdict
}

describe("a round with the operator's control miner", () => {
  it('that is honest settles as one without it, and only its inputs name it', async () => {
    const deeds = { One: [honest, coarse], Two: [honest, honest] }
    const [without, with_] = [await lab({}, deeds), await lab({ control: 'Two' }, deeds)]
    const [a, b] = [await readSettlement(without.store, 40), await readSettlement(with_.store, 40)]
    const parse = (text: string | undefined) => JSON.parse(text ?? '{}')
    // Signatures hold chance, and the digest covers them.
    const inputs = { ...parse(a?.inputs), evidenceDigest: parse(b?.inputs).evidenceDigest }
    expect(parse(b?.inputs)).toEqual({ ...inputs, control: devKey('Two').hotkey })
    const { control, ...state } = parse(b?.state)
    expect(state).toEqual(parse(a?.state))
    expect(control).toMatchObject({ suspended: [], failed: null })
    expect(b?.scores).toBe(a?.scores)
    expect(await signedOf(with_, 'One')).toEqual(await signedOf(without, 'One'))
  })

  it('would convict an honest miner by a wrong reference without one', async () => {
    expect(await reasonsOf(await lab({ score: turned }, { One: many(honest), Two: [honest] }), 'One')).toEqual(['evidence'])
  })

  it('suspends for all the check that the control fails, and no other', async () => {
    const one = await lab(
      { control: 'Two', score: turned, miners: ['One', 'Two', 'Three'] },
      { One: many(honest), Two: [honest, honest], Three: many(coarse) },
    )
    expect([await reasonsOf(one, 'One'), await reasonsOf(one, 'Two')]).toEqual([[], []])
    expect(await one.score('One')).toBeGreaterThan(0)
    // The log-probabilities of the third still speak.
    expect(await reasonsOf(one, 'Three')).toEqual(['evidence'])
    const verdict = await signedOf(one, 'One')
    expect(verdict.evidence).toMatchObject({ suspended: 'margin', control: devKey('Two').hotkey })
    expect(verdict.evidence.marginEValue).toBeGreaterThan(100)
    expect(verdict.eValue).toBeLessThan(1)
    expect((await one.replay(40)).differences).toEqual([])
  })

  it('shows its operator whom it believes, what is suspended, and what is wrong', async () => {
    const one = await lab({ control: 'Two', score: turned }, { One: [honest], Two: [honest, honest] })
    const { hotkey } = devKey('Two')
    const status = (control?: string) =>
      readStatus({
        ...{ store: one.store, hotkey: '5v', uid: 0, scoreboard: one.scoreboard, subnet: one.subnet.file, control },
        reference: { canary: () => 'passed' },
        weights: {
          status: () => ({
            ...{ submitted: 0, lastBlock: null, lastError: null, waiting: null, nextBlock: null },
            ...{ missedTempos: 0, unrevealed: 0, silent: false },
          }),
        },
        committer: { status: () => ({ epoch: null, block: null, lastError: null }) },
        duplicates: { recent: () => [] },
        readUnanswered: async () => [],
      })
    const problem = `${hotkey}, which is honest, fails margin: suspended for all miners`
    expect((await status(hotkey)).control).toEqual({ hotkey, suspended: ['margin'], answers: 2, problem })
    const other = devKey('One').hotkey
    expect((await status(other)).control).toEqual({ hotkey: other, suspended: [], answers: 0, problem: null })
    expect((await status()).control).toBeUndefined()
  })

  it('suspends nothing while the control is silent', async () => {
    const one = await lab({ control: 'Two', score: turned }, { One: many(honest), Two: ['miss'] })
    expect(await reasonsOf(one, 'One')).toEqual(['evidence'])
    expect((await one.replay(40)).differences).toEqual([])
  })

  it('convicts all the same who signs what contradicts itself', async () => {
    const one = await lab({ control: 'Two', score: turned }, { One: [honest, { text: 'other' }], Two: [honest, honest] })
    expect(await reasonsOf(one, 'One')).toEqual(['fail'])
    expect(await reasonsOf(one, 'Two')).toEqual([])
    expect((await signedOf(one, 'One')).evidence.suspended).toBe('margin')
  })

  it('carries the trail of the control from round to round, and each replays byte for byte', async () => {
    const one = await lab({ control: 'Two', score: turned }, { One: [honest], Two: [honest, honest] })
    await one.ask(41, { One: many(honest), Two: ['miss'] })
    await one.settle(41)
    expect(await reasonsOf(one, 'One')).toEqual([])
    for (const round of [40, 41]) expect((await one.replay(round)).differences).toEqual([])
  })

  it('is found out where its word is struck from the stored inputs, or another is named', async () => {
    const one = await lab({ control: 'Two', score: turned }, { One: [honest], Two: [honest, honest] })
    const inputs = (await readSettlement(one.store, 40))?.inputs ?? ''
    const { control: _control, ...struck } = JSON.parse(inputs)
    for (const changed of [struck, { ...struck, control: devKey('One').hotkey }]) {
      one.store.sqlite.prepare('UPDATE settlement SET inputs = ? WHERE round = 40').run(JSON.stringify(changed))
      const { differences } = await one.replay(40)
      expect(differences).toContain('the state after the round')
    }
  })
})
