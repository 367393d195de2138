import { describe, expect, it } from 'vitest'
import { meterEngine } from '../../../../miner/scheduling/meter-engine.ts'
import { paceEngine } from '../../../../miner/scheduling/pace-engine.ts'
import { toyEngine } from '../../../support/toy-engine.ts'

const request = {
  promptIds: Array.from({ length: 20 }, () => 5),
  sampling: { temperature: 1, topK: 0, maxTokens: 8 },
  noiseKey: new Uint8Array(32),
}

describe('an engine held to a token rate', () => {
  it('delivers no more than the stated rate, however many requests are in it', async () => {
    // 8 output tokens and 20 prompt tokens at a tenth: 10 of work, 20 ms at 500 a second.
    const paced = paceEngine(toyEngine('digest'), { tokenRate: 500, monotonicMs: () => performance.now() })
    const started = performance.now()
    await Promise.all(Array.from({ length: 5 }, () => paced.generate(request, new AbortController().signal)))
    expect(performance.now() - started).toBeGreaterThanOrEqual(99)
  })

  it('lets go at once when the caller leaves', async () => {
    const paced = paceEngine(toyEngine('digest'), { tokenRate: 1, monotonicMs: () => performance.now() })
    const caller = new AbortController()
    const answer = paced.generate(request, caller.signal)
    setImmediate(() => caller.abort())
    await expect(answer).rejects.toThrow()
  })
})

describe('a measured engine', () => {
  it('tells its work per busy second, idle time left out', async () => {
    let now = 0
    const toy = toyEngine('digest')
    const { engine, rate } = meterEngine(toy, () => now)
    expect(rate()).toBe(0)
    const signal = new AbortController().signal
    for (let round = 0; round < 3; round++) {
      const release = toy.hold()
      const answers = [engine.generate(request, signal), engine.generate(request, signal)]
      now += 100
      release()
      await Promise.all(answers)
      now += 10_000
    }
    // Two answers of 10 in each 100 ms.
    expect(rate()).toBeCloseTo(200, -1)
  })
})
