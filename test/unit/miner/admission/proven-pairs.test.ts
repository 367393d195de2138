import { describe, expect, it } from 'vitest'
import { openProvenPairs } from '../../../../miner/admission/proven-pairs.ts'
import { usedIdsMigrations } from '../../../../miner/admission/used-ids.ts'
import { openDatabase } from '../../../../shared/storage/open-database.ts'

const day = 86_400_000

function openPairs(limits: { limitPerCaller?: number; limit?: number } = {}) {
  const database = openDatabase(':memory:', usedIdsMigrations)
  let now = 1_000 * day
  const open = () => openProvenPairs({ database, nowMs: () => now, ...limits })
  return { pairs: open(), reopen: open, pass: (ms: number) => (now += ms) }
}

describe('the pairs of callers and addresses that proved themselves', () => {
  it('outlast a restart, by caller and by address', () => {
    const { pairs, reopen } = openPairs()
    pairs.add('alice', '192.0.2.1')
    const again = reopen()
    expect([again.has('alice', '192.0.2.1'), again.has('bob', '192.0.2.1'), [...again.callersAt('192.0.2.1')]]).toEqual([
      true,
      false,
      ['alice'],
    ])
  })

  it('are forgotten a month after they were last in use', () => {
    const { pairs, reopen, pass } = openPairs()
    pairs.add('alice', '192.0.2.1')
    pairs.add('bob', '192.0.2.2')
    pass(20 * day)
    pairs.add('alice', '192.0.2.1')
    pass(20 * day)
    const again = reopen()
    expect([again.has('alice', '192.0.2.1'), again.has('bob', '192.0.2.2')]).toEqual([true, false])
  })

  it('leave the others their place where one caller comes from everywhere', () => {
    const { pairs, reopen } = openPairs({ limitPerCaller: 3 })
    pairs.add('alice', '192.0.2.1')
    for (let index = 0; index < 100; index++) pairs.add('mallory', `10.0.0.${index}`)
    for (const { has, callersAt } of [pairs, reopen()])
      expect([has('alice', '192.0.2.1'), has('mallory', '10.0.0.96'), has('mallory', '10.0.0.97'), callersAt('10.0.0.0').size]).toEqual([
        true,
        false,
        true,
        0,
      ])
  })

  it('are bounded in all, in memory and on disk', () => {
    const { pairs, reopen } = openPairs({ limit: 5 })
    for (let index = 0; index < 20; index++) pairs.add(`caller ${index}`, '192.0.2.1')
    expect([pairs.callersAt('192.0.2.1').size, reopen().callersAt('192.0.2.1').size]).toEqual([5, 5])
  })
})
