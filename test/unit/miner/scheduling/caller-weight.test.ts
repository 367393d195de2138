import { describe, expect, it } from 'vitest'
import type { Callers } from '../../../../miner/admission/callers.ts'
import { callerWeight } from '../../../../miner/scheduling/caller-weight.ts'

describe("a caller's weight in the queue", () => {
  it('is half an even part and half its share of the stake', () => {
    const publicKey = new Uint8Array(32)
    const callers: Callers = new Map([
      ['rich', { share: 0.9, publicKey }],
      ['poor', { share: 0.1, publicKey }],
      ['miner', { refusal: 'MINER_CALLER_IS_MINER' }],
    ])
    expect(callerWeight(callers, 2, 'rich')).toBeCloseTo(0.7)
    expect(callerWeight(callers, 2, 'poor')).toBeCloseTo(0.3)
    expect(callerWeight(callers, 2, 'an API key')).toBeCloseTo(0.25)
    expect(callerWeight(new Map(), 0, 'anyone')).toBeCloseTo(0.5)
  })
})
