import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../../shared/engine/engine-port.ts'
import { AssayError } from '../../../../shared/errors/assay-error.ts'
import { reopenEngine } from '../../../../validator/rounds/reopen-engine.ts'
import { toyStatistics } from '../../../support/toy-exchange.ts'

const request = { promptIds: [1], tokenIds: [2], sampling: { temperature: 1, topK: 0, maxTokens: 1 }, noiseKey: new Uint8Array(32) }
const never = new AbortController().signal

/** An engine that fails with these, in order, and then works. */
function engine(...failures: Error[]): Engine & { closed: boolean } {
  const made = {
    manifestDigest: 'a',
    provider: 'toy',
    closed: false,
    generate: () => Promise.reject(new Error('unused')),
    async score() {
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      return toyStatistics(1)
    },
    async close() {
      made.closed = true
    },
  }
  return made
}
const crash = () => new AssayError('ENGINE_CRASHED', { problem: 'exit 134' })

describe('a reference engine', () => {
  it('is opened anew by the first call after it crashed', async () => {
    const opened: Engine[] = []
    const reopened = reopenEngine(engine(crash()), async () => {
      const next = engine()
      opened.push(next)
      return next
    })
    await expect(reopened.score(request, never)).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
    expect(opened).toHaveLength(0)
    await reopened.score(request, never)
    await reopened.score(request, never)
    expect(opened).toHaveLength(1)
  })

  it('is kept where a call fails for another reason', async () => {
    const reopened = reopenEngine(engine(new AssayError('ENGINE_CONTEXT', { length: 1, limit: 1, model: 'toy' })), () =>
      Promise.reject(new Error('opened for nothing')),
    )
    await expect(reopened.score(request, never)).rejects.toMatchObject({ code: 'ENGINE_CONTEXT' })
    await reopened.score(request, never)
  })

  it('that cannot be opened is tried again by each later call', async () => {
    let tries = 0
    const reopened = reopenEngine(engine(crash()), async () => {
      tries += 1
      if (tries < 3) throw new Error('no memory')
      return engine()
    })
    await expect(reopened.score(request, never)).rejects.toThrow()
    await expect(reopened.score(request, never)).rejects.toThrow('no memory')
    await expect(reopened.score(request, never)).rejects.toThrow('no memory')
    await reopened.score(request, never)
  })

  it('is opened once where many calls meet one crash', async () => {
    let opened = 0
    const reopened = reopenEngine(engine(crash(), crash(), crash()), async () => {
      opened += 1
      return engine()
    })
    await Promise.allSettled([1, 2, 3].map(() => reopened.score(request, never)))
    await Promise.all([1, 2, 3].map(() => reopened.score(request, never)))
    expect(opened).toBe(1)
  })

  it('closes whichever is open', async () => {
    const second = engine()
    const reopened = reopenEngine(engine(crash()), async () => second)
    await reopened.score(request, never).catch(() => {})
    await reopened.score(request, never)
    await reopened.close()
    expect(second.closed).toBe(true)
  })
})
