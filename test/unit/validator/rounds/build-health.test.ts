import { describe, expect, it } from 'vitest'
import { buildHealth } from '../../../../validator/rounds/build-health.ts'
import { fakeChain } from '../../../support/fake-chain.ts'

function lab(blockTimeMs = 12_000) {
  const chain = fakeChain([])
  let now = 0
  const health = buildHealth(chain.clock, blockTimeMs, () => now)
  return { chain, health, at: (ms: number) => (now = ms) }
}

describe('the health of a validator', () => {
  it('is good until a part of the work fails, and again once that part goes well', () => {
    const { health } = lab()
    expect(health.problem()).toBeNull()
    health.report('settling', 'SqliteError: database or disk is full\n    at somewhere')
    health.report('asking', null)
    expect(health.problem()).toBe('settling fails: SqliteError: database or disk is full')
    health.report('settling', null)
    expect(health.problem()).toBeNull()
  })

  it('is bad where the chain has been silent for ten blocks', () => {
    const { chain, health, at } = lab()
    at(120_000)
    expect(health.problem()).toBeNull()
    at(121_000)
    expect(health.problem()).toBe('no new block for 121 s')
    chain.advance()
    expect(health.problem()).toBeNull()
  })

  it('gives a chain of fast blocks half a minute', () => {
    const { health, at } = lab(250)
    at(30_000)
    expect(health.problem()).toBeNull()
    at(30_001)
    expect(health.problem()).not.toBeNull()
  })
})
