import { describe, expect, it } from 'vitest'
import { EndpointRing } from '../../../shared/chain/endpoint-ring.ts'
import { AssayError } from '../../../shared/errors/assay-error.ts'

const wrong = () => new AssayError('CHAIN_WRONG_GENESIS', { endpoint: 'x', genesisHash: '0x1', expectedGenesisHash: '0x2' })

describe('the ring of endpoints', () => {
  it('goes round, and doubles the pause after each whole turn up to five seconds', () => {
    const ring = new EndpointRing(['a', 'b'])
    const steps = Array.from({ length: 14 }, () => [ring.current, ring.moveOn(0)])
    expect(steps.map(([endpoint]) => endpoint).join('')).toBe('abababababab' + 'ab')
    expect(steps.map(([, pause]) => pause)).toEqual([200, 200, 400, 400, 800, 800, 1600, 1600, 3200, 3200, 5000, 5000, 5000, 5000])
  })

  it('starts over with short pauses after a connection that held for ten seconds', () => {
    const ring = new EndpointRing(['a'])
    for (let attempt = 0; attempt < 10; attempt++) ring.moveOn(9_999)
    expect(ring.moveOn(9_999)).toBe(5_000)
    expect(ring.moveOn(10_000)).toBe(200)
  })

  it('pauses no longer than a block where blocks come faster, and never less than at first', () => {
    const ring = new EndpointRing(['a'])
    const longest = (blockTimeMs: number) => {
      ring.boundPauses(blockTimeMs)
      return Math.max(...Array.from({ length: 10 }, () => ring.moveOn(0)))
    }
    expect([500, 50, 12_000].map(longest)).toEqual([500, 200, 5_000])
  })

  it('never comes back to a refused endpoint, and has no hope where all are refused', () => {
    const ring = new EndpointRing(['a', 'b', 'c', 'b'])
    expect(ring.size).toBe(3)
    ring.moveOn(0)
    ring.refuse(wrong())
    expect(ring.hopeless).toBeNull()
    const seen = new Set<string>()
    for (let attempt = 0; attempt < 6; attempt++) {
      ring.moveOn(0)
      seen.add(ring.current)
    }
    expect([...seen].sort()).toEqual(['a', 'c'])
    for (const _ of ['a', 'c']) {
      ring.refuse(wrong())
      ring.moveOn(0)
    }
    expect(ring.hopeless).toMatchObject({ code: 'CHAIN_WRONG_GENESIS' })
  })
})
