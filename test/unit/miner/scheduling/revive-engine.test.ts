import { describe, expect, it } from 'vitest'
import { reviveEngine } from '../../../../miner/scheduling/revive-engine.ts'
import { AssayError } from '../../../../shared/errors/assay-error.ts'
import { toyEngine } from '../../../support/toy-engine.ts'

const request = { promptIds: [5], sampling: { temperature: 1, topK: 0, maxTokens: 4 }, noiseKey: new Uint8Array(32) }
const signal = new AbortController().signal

/** An engine whose every opening is given the number of calls after which it crashes. */
const openRevived = async (lives: number[]) => {
  let now = 0
  let opened = 0
  const pauses: number[] = []
  const engine = await reviveEngine({
    monotonicMs: () => now,
    onCrash: (_, pauseMs) => pauses.push(pauseMs),
    async open() {
      let left = lives[opened] ?? Number.POSITIVE_INFINITY
      opened += 1
      const toy = toyEngine('digest')
      return {
        ...toy,
        generate: (asked, abort) =>
          left-- > 0 ? toy.generate(asked, abort) : Promise.reject(new AssayError('ENGINE_CRASHED', { problem: 'gone' })),
      }
    },
  })
  return { engine, pauses, opened: () => opened, pass: (ms: number) => (now += ms), ask: () => engine.generate(request, signal) }
}

describe('an engine that is opened again', () => {
  it('fails what was in it, refuses during the pause, then serves again', async () => {
    const { ask, opened, pass } = await openRevived([1])
    await ask()
    await expect(ask()).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
    await expect(ask()).rejects.toMatchObject({ code: 'ENGINE_CRASHED', details: { retryAfterMs: 500 } })
    expect(opened()).toBe(1)
    pass(500)
    expect((await ask()).tokenIds).toHaveLength(4)
    expect(opened()).toBe(2)
  })

  it('doubles the pause with every crash in a row and forgets them after an answer', async () => {
    const { ask, pauses, pass } = await openRevived([0, 0, 1])
    for (let attempt = 0; attempt < 4; attempt++) {
      await ask().catch(() => {})
      pass(300_000)
    }
    expect(pauses).toEqual([500, 1_000, 500])
  })

  it('counts many failures of one crash once', async () => {
    const { ask, pauses } = await openRevived([0])
    await Promise.allSettled([ask(), ask(), ask()])
    expect(pauses).toEqual([500])
  })

  it('opens the circuit after five crashes in a row, and closes it with an answer', async () => {
    const { ask, pauses, pass } = await openRevived([0, 0, 0, 0, 0, 1, 0])
    for (let attempt = 0; attempt < 5; attempt++) {
      await ask().catch(() => {})
      pass(10_000)
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 300_000])
    await expect(ask()).rejects.toMatchObject({ details: { problem: 'it died 5 times in a row and rests', retryAfterMs: 290_000 } })
    pass(290_000)
    await ask()
    await ask().catch(() => {})
    expect(pauses.at(-1)).toBe(500)
  })
})
