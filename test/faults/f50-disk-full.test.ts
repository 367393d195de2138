import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Exchange } from '../../validator/query/exchange.ts'
import { resumeRounds } from '../../validator/rounds/resume-rounds.ts'
import { askRound } from '../../validator/rounds/run-round.ts'
import { readRound } from '../../validator/storage/round-table.ts'
import { readJudgements, readSettlement } from '../../validator/storage/settlement-table.ts'
import { toyAsk } from '../support/ask-hostile.ts'
import { labMiner, openSettlementLab, type SettlementLab } from '../support/settlement-lab.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-f50-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** SQLite itself reports a full disk where the file may not grow: the same SQLITE_FULL at the same places. */
function fillDisk({ store }: SettlementLab): () => void {
  const pages = Number(store.sqlite.pragma('page_count', { simple: true }))
  store.sqlite.pragma(`max_page_count = ${pages}`)
  return () => void store.sqlite.pragma('max_page_count = 1073741823')
}

describe('F50: the disk is full', () => {
  it('a settlement leaves nothing behind, the process lives and reads, and settles when there is room', async () => {
    const lab = await openSettlementLab({ folder })
    await lab.ask(40, { One: [{}] })
    await lab.settle(40)
    const many = Array.from({ length: 40 }, () => ({}))
    await lab.ask(41, { One: many, Two: many })
    const before = await lab.scoreboard.latest()
    const free = fillDisk(lab)
    await expect(lab.settle(41)).rejects.toMatchObject({ code: 'SQLITE_FULL' })
    expect(await readSettlement(lab.store, 41)).toBeNull()
    expect(await readJudgements(lab.store, 41)).toEqual([])
    expect(await lab.scoreboard.latest()).toEqual(before)
    expect((await lab.replay(40)).differences).toEqual([])
    free()
    await lab.settle(41)
    expect((await lab.replay(41)).differences).toEqual([])
    expect(lab.store.sqlite.pragma('integrity_check', { simple: true })).toBe('ok')
    lab.store.close()
  })

  it('a request that cannot be stored never leaves, and its round ends as cut short, later where even that cannot be stored', async () => {
    const lab = await openSettlementLab({ folder })
    const round = await lab.ask(40, { One: [] })
    const stored: string[] = []
    let free = () => {}
    const challenger = { draw: async () => ({ round: { ...round, number: 41, startBlock: 200 }, requests: [] }) }
    const querier = {
      async *ask(): AsyncGenerator<Exchange> {
        free = fillDisk(lab)
        for (let index = 0; ; index++) {
          const ask = {
            ...toyAsk({}, index.toString(16).padStart(32, '0')),
            messages: [{ role: 'user' as const, content: 'a'.repeat(3_000) }],
          }
          const sent = { round: 41, miner: labMiner('One'), ask, promptIds: [1], askedWork: 1, sentBlock: 200 }
          await lab.pool.send(sent)
          stored.push(ask.assay.requestId)
          yield { ...sent, arrival: { kind: 'none', reason: 'lost', detail: '', elapsedMs: 0, ours: true } }
        }
      },
    }
    const asking = askRound({ number: 41, startBlock: 200 }, { challenger, querier, pool: lab.pool }, new AbortController().signal)
    await expect(asking).rejects.toMatchObject({ code: 'SQLITE_FULL' })
    free()
    await resumeRounds(lab.store)
    expect((await readRound(lab.store, 41))?.status).toBe('asked')
    await lab.settle(41)
    const judged = (await readJudgements(lab.store, 41)).map(({ verdict }) => JSON.parse(verdict))
    expect(judged.map(({ requestId }) => requestId)).toEqual(stored)
    for (const verdict of judged) expect(verdict).toMatchObject({ kind: 'void', code: 'lost' })
    lab.store.close()
  })
})
