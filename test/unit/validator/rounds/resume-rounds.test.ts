import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resumeRounds } from '../../../../validator/rounds/resume-rounds.ts'
import { readExchanges, saveArrival } from '../../../../validator/storage/exchange-table.ts'
import { readRound } from '../../../../validator/storage/round-table.ts'
import { readJudgements } from '../../../../validator/storage/settlement-table.ts'
import { labKey, openSettlementLab } from '../../../support/settlement-lab.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-resume-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a validator that was stopped in a round', () => {
  it('keeps what had arrived, voids what was under way, and charges nobody', async () => {
    const first = await openSettlementLab({ folder })
    await first.ask(40, { One: [{}, null], Two: [null, 'miss'] }, false)
    first.store.close()

    const second = await openSettlementLab({ folder })
    expect(await resumeRounds(second.store)).toBe(1)
    expect(await resumeRounds(second.store)).toBe(0)
    await second.settle(40)
    const verdicts = (await readJudgements(second.store, 40)).map(({ verdict }) => JSON.parse(verdict))
    const told = verdicts.map(({ minerKey, kind, code }) => `${minerKey === labKey('One') ? 'One' : 'Two'} ${kind} ${code}`)
    expect(told.sort()).toEqual(['One pass null', 'One void lost', 'Two miss timeout', 'Two void lost'])
    // One request of 8.3 is void: it takes its half of the time with it. All were sent in the round's first block of five.
    expect(await second.score('One')).toBeCloseTo(3.3 / (2 / 2), 10)
    expect((await second.replay(40)).differences).toEqual([])
    second.store.close()
  })

  it('gives no score and no blame where nothing had arrived', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{}] })
    await lab.settle(40)
    const before = await lab.score('One')
    await lab.ask(41, { One: [null, null] }, false)
    await resumeRounds(lab.store)
    await lab.settle(41)
    expect(await lab.score('One')).toBe(before)
  })

  it('goes on with the same scores', async () => {
    const first = await openSettlementLab({ folder })
    for (const number of [40, 41]) {
      await first.ask(number, { One: [{}, {}], Two: [{}] })
      await first.settle(number)
    }
    const before = await first.scoreboard.latest()
    first.store.close()
    const second = await openSettlementLab({ folder })
    expect(await second.scoreboard.latest()).toEqual(before)
    await second.ask(42, { One: ['miss', 'miss'], Two: [{ sequence: 9 }] })
    await second.settle(42)
    // Work of two rounds over the time of three.
    expect(await second.score('One')).toBeCloseTo((4 * 3.3) / 30, 10)
    second.store.close()
  })

  it('leaves a round alone that is being asked', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{}] }, false)
    expect(await resumeRounds(lab.store, new Set([40]))).toBe(0)
    expect((await readRound(lab.store, 40))?.status).toBe('asking')
  })

  it('counts the whole round where no request had left', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [] }, false)
    await resumeRounds(lab.store)
    expect(await readRound(lab.store, 40)).toMatchObject({ status: 'asked', round: { seconds: 10 } })
  })
})

describe('an arrival', () => {
  it('is stored once: a second one for the same request changes nothing', async () => {
    const lab = await openSettlementLab()
    const round = await lab.ask(40, { One: [{}] })
    const [before] = await readExchanges(lab.store, 40)
    const requestId = before?.ask.assay.requestId ?? ''
    await saveArrival(lab.store, requestId, { kind: 'none', reason: 'timeout', detail: '', elapsedMs: 1, ours: false })
    expect(await lab.pool.exchangesOf(round)).toEqual([before])
  })

  it('for a request that was never sent is dropped', async () => {
    const lab = await openSettlementLab()
    await saveArrival(lab.store, 'f'.repeat(32), { kind: 'none', reason: 'timeout', detail: '', elapsedMs: 1, ours: false })
    expect(await readExchanges(lab.store, 40)).toEqual([])
  })

  it('is found in the order of request ids, whatever the order it came in', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { Two: [{}, {}, {}], One: [{}, {}] })
    const ids = (await readExchanges(lab.store, 40)).map(({ ask }) => ask.assay.requestId)
    expect(ids).toEqual([...ids].sort())
  })
})
