import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { OpeningStatement } from '../../../../shared/protocol/opening.ts'
import { settleRound } from '../../../../validator/rounds/run-round.ts'
import { readOpenings } from '../../../../validator/storage/opening-table.ts'
import { readRound } from '../../../../validator/storage/round-table.ts'
import { readJudgements } from '../../../../validator/storage/settlement-table.ts'
import { type OpeningLab, type OpeningPlay, openOpeningLab, signed, toyProof } from '../../../support/opening-lab.ts'
import { type LabOptions, labKey } from '../../../support/settlement-lab.ts'
import { devKey } from '../../../support/toy-exchange.ts'

const sealed = (statement: OpeningStatement) => ({ statement, signature: signed('One', statement) })

const labs: OpeningLab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close()
})

async function open(play?: OpeningPlay, options: LabOptions = {}): Promise<OpeningLab> {
  const lab = await openOpeningLab(play, options)
  labs.push(lab)
  return lab
}

async function verdictsOf(lab: OpeningLab, round: number): Promise<string[]> {
  return (await readJudgements(lab.store, round)).map(({ verdict }) => {
    const { kind, code } = JSON.parse(verdict)
    return `${kind} ${code}`
  })
}

const storedAs = async (lab: OpeningLab, round: number) =>
  [...(await readOpenings(lab.store, round)).values()].map(({ arrival }) => (arrival.kind === 'none' ? arrival.reason : arrival.kind))

describe('settling a round with openings', () => {
  it('asks each audited answer to be opened, and what the reference says of it is evidence', async () => {
    const lab = await open()
    await lab.askOpenable(40, { One: 3, Two: 2 })
    await lab.settle(40)
    expect(lab.asked()).toBe(5)
    expect(await verdictsOf(lab, 40)).toEqual(Array(5).fill('pass null'))
    const [first] = await readJudgements(lab.store, 40)
    const { evidence } = JSON.parse(first?.verdict ?? '')
    expect(evidence.fingerprint).toBeGreaterThan(0)
    expect(evidence.fingerprint).toBeLessThan(0.001)
    expect(first?.statistics).toContain('"fingerprint"')
    expect(first?.statistics).not.toContain('"hidden"')
  })

  it('replays byte for byte without asking anybody', async () => {
    const lab = await open(undefined)
    await lab.askOpenable(40, { One: 2 })
    await lab.settle(40)
    await lab.close()
    const asked = lab.asked()
    expect((await lab.replay(40)).differences).toEqual([])
    expect(lab.asked()).toBe(asked)
    labs.length = 0
  })

  it('is found out in a replay where a stored opening was changed', async () => {
    const lab = await open()
    await lab.askOpenable(40, { One: 1 })
    await lab.settle(40)
    lab.store.sqlite.exec(`UPDATE opening SET json = replace(json, '"elapsedMs":', '"elapsedMs":1')`)
    expect((await lab.replay(40)).differences).toEqual(['the stored exchanges or statistics'])
    lab.store.sqlite.exec('UPDATE opening SET json = substr(json, 9)')
    expect((await lab.replay(40)).differences).not.toEqual([])
  })

  it('goes on after a failure with what is stored, and asks for nothing twice', async () => {
    const lab = await open()
    await lab.askOpenable(40, { One: 3 })
    lab.chain.faults.push(new Error('the socket is gone'))
    await expect(lab.settle(40)).rejects.toThrow('the socket is gone')
    expect(await storedAs(lab, 40)).toEqual(['opening', 'opening', 'opening'])
    await lab.settle(40)
    expect(lab.asked()).toBe(3)
    expect(await verdictsOf(lab, 40)).toEqual(Array(3).fill('pass null'))
  })

  it('that is stopped meanwhile stores no loss, and asks the rest again', async () => {
    const stopping = new AbortController()
    const lab = await open((honest, count) => {
      if (count < 2) return honest
      if (count === 2) {
        stopping.abort(new Error('stopped'))
        return null
      }
      return honest
    })
    await lab.askOpenable(40, { One: 1, Two: 1 })
    const found = await readRound(lab.store, 40)
    if (found === null) throw new Error('no round')
    await expect(settleRound(found.round, lab.modules, stopping.signal)).rejects.toThrow('stopped')
    expect(await storedAs(lab, 40)).not.toContain('lost')
    await lab.settle(40)
    expect(await verdictsOf(lab, 40)).toEqual(['pass null', 'pass null'])
  })

  it.each<[string, OpeningPlay, string, string]>([
    ['that has lost its rows', () => 404, 'refused', 'miss VERIFY_OPENING_MISSING'],
    ['that never answers', () => null, 'timeout', 'miss VERIFY_OPENING_MISSING'],
    ['that sends another body', ({ signature }) => ({ signature }) as never, 'malformed', 'miss VERIFY_OPENING_MISSING'],
    [
      'whose answer somebody changed',
      ({ statement, signature }) => ({ statement: { ...statement, rows: [] }, signature }),
      'opening',
      'miss VERIFY_OPENING_MISSING',
    ],
    ['that signs other rows', ({ statement }) => sealed({ ...statement, rows: [] }), 'opening', 'fail VERIFY_OPENING'],
    ['that signs null projections', ({ statement }) => sealed({ ...statement, projections: '' }), 'opening', 'fail VERIFY_OPENING'],
  ])('gives a miner %s its verdict', async (_, play, reason, verdict) => {
    const openingMs = reason === 'timeout' ? 300 : toyProof.openingMs
    const lab = await open(play, { subnet: { proof: { ...toyProof, openingMs } } })
    await lab.askOpenable(40, { One: 1 })
    await lab.settle(40)
    expect(await storedAs(lab, 40)).toEqual([reason])
    expect(await verdictsOf(lab, 40)).toEqual([verdict])
    expect((await lab.replay(40)).differences).toEqual([])
  })

  it('gives up a miner that lets one after another run out, and holds nobody else up', async () => {
    const lab = await open(honest => (honest.statement.miner === devKey('One').hotkey ? null : honest), {
      subnet: { proof: { ...toyProof, openingMs: 1_500 } },
    })
    await lab.askOpenable(40, { One: 20, Two: 3 })
    await lab.settle(40)
    expect(lab.asked()).toBeLessThan(12)
    const verdicts = await verdictsOf(lab, 40)
    expect(verdicts.filter(verdict => verdict === 'pass null')).toHaveLength(3)
    expect(verdicts.filter(verdict => verdict === 'miss VERIFY_OPENING_MISSING')).toHaveLength(20)
  })

  it('gives each miner a time for all its openings: what is over it is its own loss, and nobody else waits or loses', async () => {
    const lab = await open(
      async honest => {
        if (honest.statement.miner === devKey('One').hotkey) await setTimeout(400)
        return honest
      },
      { subnet: { proof: { ...toyProof, openingMs: 2_000 } } },
    )
    // 60 x 400 ms, four at once, are 6 s; a quarter of the round are 2.5 s.
    await lab.askOpenable(40, { One: 60, Two: 3 })
    await lab.settle(40)
    const judged = (await readJudgements(lab.store, 40)).map(({ verdict }) => JSON.parse(verdict))
    const missed = judged.filter(({ code }) => code === 'VERIFY_OPENING_MISSING')
    expect(missed.length).toBeGreaterThan(25)
    expect(new Set(missed.map(({ minerKey }) => minerKey))).toEqual(new Set([labKey('One')]))
    // The tokens count as evidence all the same.
    expect(missed.every(({ eValue, work }) => eValue !== null && work === 0)).toBe(true)
    expect((await lab.replay(40)).differences).toEqual([])
  })

  it('tries once more those that nobody answered: a miner that was away for a moment loses nothing', async () => {
    const lab = await open((honest, count) => (count <= 6 ? 'hang up' : honest), { subnet: { proof: { ...toyProof, openingMs: 2_000 } } })
    await lab.askOpenable(40, { One: 12 })
    await lab.settle(40)
    expect(await verdictsOf(lab, 40)).toEqual(Array(12).fill('pass null'))
    expect(lab.asked()).toBeGreaterThan(12)
  })

  it('asks once more for one alone where the miner stays away, and then for none', async () => {
    const lab = await open(() => 'hang up')
    await lab.askOpenable(40, { One: 30 })
    await lab.settle(40)
    expect(lab.asked()).toBeLessThan(9)
    expect(new Set(await storedAs(lab, 40))).toEqual(new Set(['connect', 'timeout']))
  })

  it('never comes too late through the miners: what it begins to ask in time counts', async () => {
    const lab = await open(
      (honest, count) => {
        if (count === 1) lab.chain.advance(1_000)
        return honest.statement.miner === devKey('Two').hotkey ? 404 : honest
      },
      { subnet: { proof: { ...toyProof, keepBlocks: 150 } } },
    )
    await lab.askOpenable(40, { One: 6, Two: 6 })
    await lab.settle(40)
    expect(await storedAs(lab, 40)).not.toContain('late')
    expect((await verdictsOf(lab, 40)).filter(verdict => verdict === 'miss VERIFY_OPENING_MISSING')).toHaveLength(6)
  })

  it('does not ask, and blames nobody, where it comes so late that miners need not have kept their rows', async () => {
    const lab = await open(undefined, { subnet: { proof: { ...toyProof, keepBlocks: 1 } } })
    await lab.askOpenable(40, { One: 1 })
    await lab.settle(40)
    expect(lab.asked()).toBe(0)
    expect(await storedAs(lab, 40)).toEqual(['late'])
    expect(await verdictsOf(lab, 40)).toEqual(['pass null'])
  })

  it('opens nothing of answers that were not drawn or commit to nothing', async () => {
    const undrawn = await open(undefined, { subnet: { audit: { rate: 0 } } })
    await undrawn.askOpenable(40, { One: 1 })
    await undrawn.settle(40)
    const bare = await open()
    await bare.ask(40, { One: [{}] })
    await bare.settle(40)
    expect([undrawn.asked(), bare.asked()]).toEqual([0, 0])
    expect(await verdictsOf(bare, 40)).toEqual(['pass null'])
  })
})
