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

  it('tells the tokens of a stream one by one, at the rate', async () => {
    const paced = paceEngine(toyEngine('digest'), { tokenRate: 200, monotonicMs: () => performance.now() })
    const told: { tokens: number; atMs: number }[] = []
    const started = performance.now()
    const { tokenIds } = await paced.generate(request, new AbortController().signal, tokens =>
      told.push({ tokens: tokens.length, atMs: performance.now() - started }),
    )
    expect(told.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(tokenIds.length)
    // The prompt and one token are 3 of work: 15 ms.
    expect(told[0]?.atMs).toBeGreaterThanOrEqual(14)
    expect(told.length).toBeGreaterThan(1)
  })

  it('works on all its answers at once', async () => {
    const paced = paceEngine(toyEngine('digest'), { tokenRate: 500, monotonicMs: () => performance.now() })
    const first: number[] = []
    const streams = [0, 1].map(index =>
      paced.generate(request, new AbortController().signal, tokens => first.push(...tokens.map(() => index))),
    )
    await Promise.all(streams)
    expect(new Set(first.slice(0, 6))).toEqual(new Set([0, 1]))
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

  it('tells what it does in the best company that it was in', async () => {
    let now = 0
    const toy = toyEngine('digest')
    const { engine, rate } = meterEngine(toy, () => now)
    const signal = new AbortController().signal
    const answerIn = async (count: number, ms: number) => {
      const release = toy.hold()
      const answers = Array.from({ length: count }, () => engine.generate(request, signal))
      now += ms
      release()
      await Promise.all(answers)
    }
    await answerIn(4, 100)
    const crowded = rate()
    for (let round = 0; round < 20; round++) await answerIn(1, 100)
    expect(crowded).toBeCloseTo(400, -1)
    expect(rate()).toBeCloseTo(400, -1)
  })
})
