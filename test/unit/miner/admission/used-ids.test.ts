import { describe, expect, it } from 'vitest'
import { openUsedIds, usedIdsMigrations } from '../../../../miner/admission/used-ids.ts'
import { openDatabase } from '../../../../shared/storage/open-database.ts'

const openStore = (options: { limitPerCaller?: number } = {}) => {
  const database = openDatabase(':memory:', usedIdsMigrations)
  let now = 1_000_000
  const open = () => openUsedIds({ database, nowMs: () => now, ...options })
  return { ids: open(), reopen: open, pass: (ms: number) => (now += ms) }
}

describe('the store of used request ids', () => {
  it('takes an id once for each caller', () => {
    const { ids } = openStore()
    ids.use('alice', 'a')
    ids.use('bob', 'a')
    expect(() => ids.use('alice', 'a')).toThrow('used before')
  })

  it('knows its ids after it was opened again', () => {
    const { ids, reopen } = openStore()
    ids.use('alice', 'a')
    expect(() => reopen().use('alice', 'a')).toThrow('used before')
  })

  it('forgets ids whose time window is long over, in memory and on disk', () => {
    const { ids, reopen, pass } = openStore()
    for (let index = 0; index < 100; index++) ids.use('alice', String(index))
    pass(70_000)
    ids.use('alice', 'new')
    expect([ids.size(), reopen().size()]).toEqual([1, 1])
  })

  it('holds no more than its limit for one caller, and leaves the others their place', () => {
    const { ids } = openStore({ limitPerCaller: 2 })
    ids.use('alice', 'a')
    ids.use('alice', 'b')
    expect(() => ids.use('alice', 'c')).toThrow('All 2 places')
    ids.use('bob', 'c')
    expect(ids.size()).toBe(3)
  })
})
