import { describe, expect, it } from 'vitest'
import { createCallerTable, otherCallers } from '../../../../miner/status/caller-table.ts'
import { createRecentSeconds } from '../../../../miner/status/recent-seconds.ts'
import { createRecentValues } from '../../../../miner/status/recent-values.ts'
import { sparkline } from '../../../../miner/status/sparkline.ts'

describe('the last seconds of an engine', () => {
  it('puts tokens, batch and busy time into the seconds in which they were', () => {
    const recent = createRecentSeconds(500)
    recent.setLevel(2, 1_000)
    recent.count(3, 1_100)
    recent.count(4, 1_600)
    recent.setLevel(0, 2_000)
    expect(recent.list(3_500)).toEqual([
      { tokens: 3, batch: 1, busy: 0.5 },
      { tokens: 4, batch: 1, busy: 0.5 },
      { tokens: 0, batch: 0, busy: 0 },
    ])
    expect(recent.totals(3_500)).toEqual({ busyMs: 1_000, batchMs: 2_000 })
  })

  it('keeps a minute and no more, also where nobody looked for hours', () => {
    const recent = createRecentSeconds(0)
    recent.count(9, 100)
    recent.setLevel(3, 1_000)
    const later = recent.list(10_000_000)
    expect(later).toHaveLength(60)
    expect(later).toEqual(Array.from({ length: 60 }, () => ({ tokens: 0, batch: 3, busy: 1 })))
    expect(recent.totals(10_000_000).busyMs).toBe(9_999_000)
  })

  it('forgets what is older than a minute', () => {
    const recent = createRecentSeconds(0)
    for (let second = 0; second < 130; second++) recent.count(second, second * 1_000 + 1)
    expect(recent.list(130_000).map(({ tokens }) => tokens)).toEqual(Array.from({ length: 60 }, (_, index) => 70 + index))
  })
})

describe('the last values of something', () => {
  it('has the nearest-rank quantiles of the values that it kept', () => {
    const values = createRecentValues(100)
    expect(values.quantiles()).toBeNull()
    for (let value = 1; value <= 150; value++) values.add(value)
    expect(values.quantiles()).toEqual({ count: 100, p50: 100, p99: 149 })
  })
})

describe('the table of callers', () => {
  it('has a bounded number of rows and loses no count', () => {
    const table = createCallerTable(2)
    for (const caller of ['a', 'b', 'a', 'c']) table.add(caller, { answers: 1, promptTokens: 2, completionTokens: 3 })
    expect(table.list()).toEqual([
      ['a', { answers: 2, promptTokens: 4, completionTokens: 6 }],
      ['c', { answers: 1, promptTokens: 2, completionTokens: 3 }],
      [otherCallers, { answers: 1, promptTokens: 2, completionTokens: 3 }],
    ])
  })
})

describe('a sparkline', () => {
  it('goes from nothing over a little to the highest', () => {
    expect(sparkline([0, 0.001, 5, 10])).toBe(' ▁▅█')
    expect(sparkline([0, 0])).toBe('  ')
  })
})
