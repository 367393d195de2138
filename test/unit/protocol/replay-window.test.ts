import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createReplayWindow, windowSize } from '../../../shared/protocol/replay-window.ts'

/** The same rule in the plainest form: a set of all counters ever taken. */
function plainWindow() {
  const taken = new Set<number>()
  let highest = -1
  return (counter: number) => {
    if (taken.has(counter) || counter <= highest - windowSize) return false
    taken.add(counter)
    highest = Math.max(highest, counter)
    return true
  }
}

describe('the window against replays', () => {
  it('takes and refuses what a set of all counters would', () => {
    const counters = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3 * windowSize }), fc.integer({ min: 0, max: 0xffff_ffff })),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(counters, list => {
        const window = createReplayWindow()
        const plain = plainWindow()
        for (const counter of list) {
          const free = window.isFree(counter)
          expect([free, window.take(counter)]).toEqual([free, free])
          expect(plain(counter)).toBe(free)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('lets requests overtake each other within its size, and refuses what is older', () => {
    const window = createReplayWindow()
    expect(window.take(windowSize)).toBe(true)
    expect([window.take(1), window.take(0)]).toEqual([true, false])
  })
})
