import { describe, expect, it } from 'vitest'
import { createRowShelf, type KeptAnswer } from '../../../../miner/openings/create-row-shelf.ts'

const kept = (receiptDigest: string, rows = 1_000, validator = 'Alice'): KeptAnswer => ({
  ...{ receiptDigest, requestId: '1'.repeat(32), validator, certificateDigest: null, proofs: [] },
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

  it('takes room from the caller that holds most: who asks much crowds out itself, and nobody else', () => {
    const shelf = createRowShelf({ limitBytes: 1_010_000, keepMs: 1_000, monotonicMs: () => 0 })
    shelf.keep(kept('of Bob 0', 1_000, 'Bob'))
    shelf.keep(kept('of Bob 1', 1_000, 'Bob'))
    for (let answer = 0; answer < 50; answer++) shelf.keep(kept(`of Alice ${answer}`))
    expect([shelf.answers(), shelf.crowdedOut()]).toEqual([5, 47])
    expect(shelf.take('of Bob 0', 'Bob').receiptDigest).toBe('of Bob 0')
    expect(shelf.take('of Alice 47', 'Alice').receiptDigest).toBe('of Alice 47')
    expect(() => shelf.take('of Alice 46', 'Alice')).toThrow(/Nothing is kept/)
    shelf.keep(kept('of Carol', 4_900, 'Carol'))
    expect([shelf.answers(), shelf.crowdedOut()]).toEqual([5, 48])
    shelf.keep(kept('of Carol too', 1_000, 'Carol'))
    expect(shelf.take('of Carol too', 'Carol').receiptDigest).toBe('of Carol too')
    expect([shelf.answers(), shelf.crowdedOut()]).toEqual([5, 49])
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
