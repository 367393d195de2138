import { describe, expect, it } from 'vitest'
import { createRowShelf, type KeptAnswer } from '../../../../miner/openings/create-row-shelf.ts'

const kept = (receiptDigest: string, rows = 1_000): KeptAnswer => ({
  ...{ receiptDigest, requestId: '1'.repeat(32), validator: 'Alice', certificateDigest: null, proofs: [] },
  rows: { hidden: 100, patterns: new Uint16Array(rows * 100) },
  seal: { sign: () => '0x' },
})

describe('the shelf of rows', () => {
  it('never takes more memory than it was given: the oldest answers go first', () => {
    const shelf = createRowShelf({ limitBytes: 610_000, keepMs: 1_000, monotonicMs: () => 0 })
    for (let answer = 0; answer < 20; answer++) {
      shelf.keep(kept(`digest ${answer}`))
      expect(shelf.bytes()).toBeLessThanOrEqual(610_000)
    }
    expect([shelf.answers(), shelf.crowdedOut()]).toEqual([3, 17])
    expect(() => shelf.take('digest 16', 'Alice')).toThrow(/Nothing is kept/)
    expect(shelf.take('digest 17', 'Alice').receiptDigest).toBe('digest 17')
  })

  it('does not keep what has no room at all, and keeps the others', () => {
    const shelf = createRowShelf({ limitBytes: 300_000, keepMs: 1_000, monotonicMs: () => 0 })
    shelf.keep(kept('small'))
    shelf.keep(kept('large', 10_000))
    expect(shelf.take('small', 'Alice').receiptDigest).toBe('small')
    expect(() => shelf.take('large', 'Alice')).toThrow(/Nothing is kept/)
  })

  it('forgets an answer after its time, and gives its memory back', () => {
    let now = 0
    const shelf = createRowShelf({ limitBytes: 1e9, keepMs: 1_000, monotonicMs: () => now })
    shelf.keep(kept('a'))
    now = 600
    shelf.keep(kept('b'))
    now = 1_100
    expect([shelf.answers(), shelf.bytes()]).toEqual([1, 201_024])
    now = 2_000
    expect([shelf.answers(), shelf.bytes(), shelf.crowdedOut()]).toEqual([0, 0, 0])
  })
})
