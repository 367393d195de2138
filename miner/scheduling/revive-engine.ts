import type { Engine } from '../../shared/engine/engine-port.ts'
import { AssayError, isAssayError } from '../../shared/errors/assay-error.ts'

export interface ReviveOptions {
  readonly open: () => Promise<Engine>
  readonly monotonicMs: () => number
  readonly onCrash: (error: unknown, pauseMs: number) => void
}

const firstPauseMs = 500
const longestPauseMs = 300_000

/** An engine that is opened again after it crashed; each crash in a row doubles the pause before that, and meanwhile requests are refused at once. */
export async function reviveEngine({ open, monotonicMs, onCrash }: ReviveOptions): Promise<Engine> {
  const first = await open()
  let current: Promise<Engine> = Promise.resolve(first)
  let crashed = false
  let closed = false
  let pauseMs = 0
  let openAgainAtMs = 0

  const bury = (error: unknown, dead: Promise<Engine>) => {
    // Everything in it fails at once; only the first failure counts.
    if (dead !== current || crashed) return
    crashed = true
    pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, pauseMs * 2))
    openAgainAtMs = monotonicMs() + pauseMs
    onCrash(error, pauseMs)
    dead.then(engine => engine.close()).catch(() => {})
  }
  const live = (): Promise<Engine> => {
    if (closed || !crashed) return current
    const retryAfterMs = openAgainAtMs - monotonicMs()
    if (retryAfterMs > 0) throw new AssayError('ENGINE_CRASHED', { problem: 'it is being restarted', retryAfterMs })
    crashed = false
    const opening = open()
    current = opening
    opening.catch(error => bury(error, opening))
    return opening
  }
  return {
    manifestDigest: first.manifestDigest,
    provider: first.provider,
    async generate(request, signal) {
      const used = live()
      try {
        const generation = await (await used).generate(request, signal)
        pauseMs = 0
        return generation
      } catch (error) {
        if (isAssayError(error, 'ENGINE_CRASHED')) bury(error, used)
        throw error
      }
    },
    score: async (request, signal) => (await live()).score(request, signal),
    async close() {
      closed = true
      await (await current).close()
    },
  }
}
