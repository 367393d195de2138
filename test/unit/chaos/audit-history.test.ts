import { describe, expect, it } from 'vitest'
import type { Intent, WeightsForm } from '../../../validator/weights/intent.ts'
import { auditHistory } from '../../chaos/weights/audit-history.ts'
import type { BlockRecord, HeldCommit } from '../../chaos/weights/read-history.ts'

const tempo = 10
const epochOf = (block: number) => Math.floor(block / tempo)
const vectorOf = (id: number) => ({ uids: [1, 2], values: [65_535, id] })
const rowOf = (id: number) => [[1, 65_535] as const, [2, id] as const]

/** An intent whose vector tells its number. */
function intent(id: number, changes: Partial<Intent> = {}): Intent {
  return {
    ...{ id, form: 'set-weights', status: 'finalised', epoch: 0, round: id, vector: vectorOf(id), targets: ['a', 'b'], versionKey: 0n },
    ...{ commit: `0x${id}`, salt: null, revealRound: null, sentAfterBlock: 0, sentBlock: 0, block: 0, attempts: 1 },
    ...{ reveals: 0, revealBlock: null, error: null },
    ...changes,
  }
}

/** Forty blocks of a chain on which, by block, intents took effect; with commits each is in force from the first block of the next epoch. */
function history(form: WeightsForm, effects: ReadonlyArray<readonly [block: number, id: number]>): BlockRecord[] {
  return Array.from({ length: 40 }, (_, index): BlockRecord => {
    const block = index + 1
    const past = effects.filter(([at]) => at <= block)
    const shown = form === 'set-weights' ? past : past.filter(([at]) => epochOf(at) < epochOf(block))
    const commits: HeldCommit[] =
      form === 'set-weights' ? [] : past.map(([at, id]) => ({ commit: `0x${id}`, epoch: epochOf(at), block: at }))
    return {
      ...{ block, epoch: epochOf(block), ran: block % tempo === 0, revealPeriod: 1 },
      ...{ lastUpdate: past.at(-1)?.[0] ?? 0, row: rowOf(shown.at(-1)?.[1] ?? 0), commits },
    }
  })
}

const intents = [1, 2, 3, 4].map(id => intent(id))
const regular = [
  [5, 1],
  [15, 2],
  [25, 3],
  [35, 4],
] as const
const judge = (form: WeightsForm, effects: ReadonlyArray<readonly [number, number]>, known = intents) =>
  auditHistory(history(form, effects), known, form, 1).faults

describe('the audit of a chaos run', () => {
  it.each(['set-weights', 'timelocked'] as const)('finds nothing where every tempo has its own (%s)', form => {
    expect(judge(form, regular)).toEqual([])
    expect(auditHistory(history(form, regular), intents, form, 1)).toMatchObject({ tempos: 3, effects: 4 })
  })

  it('finds a tempo without weights', () => {
    expect(judge('set-weights', [regular[0], regular[2], regular[3]])).toEqual(['the tempo of epoch 1 ended without our weights'])
  })

  it('finds one intent that took effect twice, within one tempo or over two', () => {
    expect(judge('set-weights', [...regular, [38, 4]])).toContain('intent 4 took effect 2 times: blocks 35,38')
    expect(judge('timelocked', [regular[0], regular[1], [25, 2], regular[3]])).toContain('intent 2 took effect 2 times: blocks 15,25')
  })

  it('finds two intents in one tempo', () => {
    expect(judge('set-weights', [...regular, [38, 5]], [...intents, intent(5)])).toEqual([
      'the tempo of epoch 3 has 2 submissions: intent 4 in block 35, intent 5 in block 38',
    ])
  })

  it('finds what the journal does not know, and what it denies', () => {
    expect(judge('set-weights', regular, intents.slice(0, 3))).toContain('the journal does not know what block 35 brought')
    expect(judge('set-weights', regular, [...intents.slice(0, 3), intent(4, { status: 'lost' })])).toEqual([
      'the journal calls intent 4 lost, and block 35 holds it',
    ])
  })

  it('finds an epoch that ran on other weights than those that were committed for it', () => {
    const blocks = history('timelocked', regular).map(record => (record.block === 29 ? { ...record, row: rowOf(9) } : record))
    expect(auditHistory(blocks, intents, 'timelocked', 1).faults).toEqual([
      'epoch 2 ran on other weights than those that the journal holds for it',
    ])
  })

  it('finds more than ten commits that wait', () => {
    const many = Array.from({ length: 11 }, (_, id) => [20 + (id % 9), id + 1] as const)
    expect(judge('timelocked', many)).toContain('11 commits waited to be revealed')
  })
})
