import { describe, expect, it } from 'vitest'
import { createAttemptBuckets } from '../../../../miner/admission/attempt-buckets.ts'
import { openProvenPairs } from '../../../../miner/admission/proven-pairs.ts'
import { usedIdsMigrations } from '../../../../miner/admission/used-ids.ts'
import { isAssayError } from '../../../../shared/errors/assay-error.ts'
import { openDatabase } from '../../../../shared/storage/open-database.ts'

const stoppedClock = () => {
  let now = 0
  return { monotonicMs: () => now, pass: (ms: number) => (now += ms) }
}
const bucketsOf = (ratePerSecond: number, clock: { monotonicMs: () => number }) =>
  createAttemptBuckets({ ratePerSecond, monotonicMs: clock.monotonicMs, pairs: openProvenPairs({ nowMs: () => 0 }) })
const takes = (take: () => void, times: number): number => {
  let taken = 0
  for (let index = 0; index < times; index++) {
    try {
      take()
      taken += 1
    } catch (error) {
      if (!isAssayError(error, 'MINER_ATTEMPTS')) throw error
    }
  }
  return taken
}

describe('the buckets before a signature is verified', () => {
  it('let a stranger try a burst in a hotkey’s name, then the rate', () => {
    const clock = stoppedClock()
    const buckets = bucketsOf(10, clock)
    expect(takes(() => buckets.take('hotkey', '192.0.2.1'), 1_000)).toBe(60)
    clock.pass(1_000)
    expect(takes(() => buckets.take('hotkey', '192.0.2.1'), 1_000)).toBe(10)
  })

  it('keep an honest caller unharmed by a flood in its name from elsewhere', () => {
    const buckets = bucketsOf(10, stoppedClock())
    buckets.take('hotkey', '192.0.2.1')
    buckets.prove('hotkey', '192.0.2.1')
    for (let index = 0; index < 2_000; index++) takes(() => buckets.take('hotkey', `10.0.${index % 256}.${index >> 8}`), 1)
    const honest = takes(() => {
      buckets.take('hotkey', '192.0.2.1')
      buckets.prove('hotkey', '192.0.2.1')
    }, 1_000)
    expect(honest).toBe(1_000)
  })

  it('keep it unharmed also after a restart of the miner', () => {
    const database = openDatabase(':memory:', usedIdsMigrations)
    const start = () => createAttemptBuckets({ ratePerSecond: 10, ...stoppedClock(), pairs: openProvenPairs({ database, nowMs: () => 0 }) })
    const before = start()
    before.take('hotkey', '192.0.2.1')
    before.prove('hotkey', '192.0.2.1')
    const after = start()
    for (let index = 0; index < 2_000; index++) takes(() => after.take('hotkey', `10.0.${index % 256}.${index >> 8}`), 1)
    expect([takes(() => after.take('hotkey', '192.0.2.1'), 1_000), takes(() => after.take('other', '192.0.2.1'), 1)]).toEqual([60, 0])
  })

  it('let a validator in that never proved itself while one address floods in the names of all of them', () => {
    const clock = stoppedClock()
    const buckets = bucketsOf(10, clock)
    for (let second = 0; second < 10; second++) {
      clock.pass(1_000)
      for (let name = 0; name < 64; name++) takes(() => buckets.take(`validator ${name}`, '10.6.6.6'), 5)
    }
    expect(takes(() => buckets.take('validator 0', '192.0.2.1'), 1)).toBe(1)
  })

  it('limit all strangers together, however many addresses they have', () => {
    const buckets = bucketsOf(10, stoppedClock())
    let taken = 0
    for (let index = 0; index < 2_000; index++) taken += takes(() => buckets.take('hotkey', `10.0.${index % 256}.${index >> 8}`), 1)
    expect(taken).toBe(600)
  })

  it.each([
    ['2001:db8::1', '2001:db8::2', true],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['2001:db8:0:1:2:3:4:5', '2001:db8::1:9:9:9:9', true],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
  ])('count %s and %s as one network: %s', (one, other, same) => {
    const buckets = bucketsOf(1, stoppedClock())
    expect(takes(() => buckets.take('hotkey', one), 100)).toBe(6)
    expect(takes(() => buckets.take('hotkey', other), 100)).toBe(same ? 0 : 6)
  })
})
