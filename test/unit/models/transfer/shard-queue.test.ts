import { describe, expect, it } from 'vitest'
import { createShardQueue } from '../../../../shared/models/transfer/create-shard-queue.ts'
import { countFault, countSuccess, createRelay } from '../../../../shared/models/transfer/relay.ts'

const length = 1_000_000

function lab(shardCount: number, rates: readonly (number | undefined)[]) {
  let now = 0
  const shards = Array.from({ length: shardCount }, (_, index) => ({ path: 'w', index, offset: index * length, length, sha256: '' }))
  const held = new Set<number>()
  const relays = rates.map((rate, index) => {
    const relay = createRelay(`relay${index}`)
    relay.rate = rate
    return relay
  })
  const queue = createShardQueue({ shards, held, relays, limits: { parallel: 8, perRelay: 4, graceMs: 2_000 }, nowMs: () => now })
  const start = () => {
    const next = queue.next()
    if (next === null) return null
    return { ...next, attempt: queue.begin(next.index, next.relay) }
  }
  const at = (ms: number) => {
    now = ms
  }
  return { queue, relays, held, start, at }
}

describe('the queue of shards', () => {
  it('tries every relay once before it trusts a measurement, then takes the one that is expected to be fastest', () => {
    const { start, relays } = lab(10, [undefined, undefined, 8_000_000])
    expect([start(), start(), start()].map(one => one?.relay.url)).toEqual(['relay0', 'relay1', 'relay2'])
    const [slow, fast] = relays
    if (slow !== undefined) countSuccess(slow, length, 1, 1)
    if (fast !== undefined) countSuccess(fast, length, 0.1, 1)
    expect([start(), start()].map(one => one?.relay.url)).toEqual(['relay1', 'relay2'])
  })

  it('asks no relay for more than its share, and for no more than may be in flight', () => {
    const { start } = lab(20, [1_000, 1_000, 1_000])
    const started = Array.from({ length: 12 }, () => start()?.relay.url)
    expect(started.filter(url => url !== undefined).length).toBe(8)
    for (const url of ['relay0', 'relay1', 'relay2']) expect(started.filter(one => one === url).length).toBeLessThanOrEqual(4)
  })

  it('gives up a request that is many times slower than another relay would be, and says so', () => {
    const { queue, start, at } = lab(2, [undefined, 4_000_000])
    const slow = start()
    const fast = start()
    slow?.attempt.count(20_000)
    fast?.attempt.count(20_000)
    at(1_999)
    queue.dropSlow()
    expect(slow?.attempt.signal.aborted).toBe(false)
    at(2_001)
    queue.dropSlow()
    expect([slow?.relay.url, slow?.attempt.signal.aborted, slow?.attempt.verdict()?.kind]).toEqual(['relay0', true, 'slow'])
    expect(fast?.attempt.signal.aborted).toBe(false)
  })

  it('keeps a slow request where nobody is faster', () => {
    const { queue, start, at } = lab(1, [100_000, 400_000])
    const only = start()
    only?.attempt.count(1_000_000)
    at(60_000)
    queue.dropSlow()
    expect(only?.attempt.signal.aborted).toBe(false)
  })

  it('asks a second relay for the last shard that a slow one holds up, and ends the request that lost', () => {
    const { queue, start, at, held } = lab(1, [undefined, 4_000_000])
    const first = start()
    at(1_500)
    const second = start()
    expect([first?.index, second?.index, second?.relay.url]).toEqual([0, 0, 'relay1'])
    expect(start()).toBeNull()
    held.add(0)
    queue.finish(0)
    expect(first?.attempt.signal.aborted).toBe(true)
    expect(first?.attempt.verdict()).toBeUndefined()
  })

  it('asks again for what failed, and a relay that did not have it only after a while', () => {
    const { queue, start, at, relays } = lab(2, [1_000_000])
    const first = start()
    if (first === null) throw new Error('nothing was started')
    first.attempt.end()
    queue.putBack(first.index, first.relay, { kind: 'absent', problem: '', retryAfterMs: 3_000 })
    expect(start()?.index).toBe(1)
    expect(start()).toBeNull()
    at(3_001)
    expect(start()?.index).toBe(0)
    expect(relays[0]?.dropped).toBeUndefined()
  })
})

describe('a relay', () => {
  it.each([
    ['corrupt', 1],
    ['redirect', 1],
    ['stalled', 2],
    ['slow', 2],
    ['refused', 3],
    ['broken', 5],
  ] as const)('has no part any more after so many faults in a row: %s, %d', (kind, count) => {
    const relay = createRelay('relay')
    for (let seen = 1; seen <= count; seen++) {
      expect(relay.dropped).toBeUndefined()
      countFault(relay, { kind, problem: '' }, 0)
    }
    expect(relay.dropped?.kind).toBe(kind)
  })

  it('begins anew after a success', () => {
    const relay = createRelay('relay')
    for (let round = 0; round < 10; round++) {
      countFault(relay, { kind: 'stalled', problem: '' }, 0)
      countSuccess(relay, length, 1, 1)
    }
    expect(relay.dropped).toBeUndefined()
  })
})
