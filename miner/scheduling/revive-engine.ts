import type { Engine } from '../../shared/engine/engine-port.ts'
import { AssayError, isAssayError } from '../../shared/errors/assay-error.ts'

export interface ReviveOptions {
  readonly open: () => Promise<Engine>
  readonly monotonicMs: () => number
  readonly onCrash: (error: unknown, pauseMs: number) => void
}

const firstPauseMs = 500
const longestPauseMs = 300_000
/** So many crashes in a row are no accident: the circuit opens, and one attempt every few minutes is all there is. */
const openAfter = 5

/** An engine that is opened again after it crashed; each crash in a row doubles the pause before that, the fifth makes it long, and meanwhile requests are refused at once. */
export async function reviveEngine({ open, monotonicMs, onCrash }: ReviveOptions): Promise<Engine> {
  const first = await open()
  let current: Promise<Engine> = Promise.resolve(first)
  let loaded = first
  let crashed = false
  let closed = false
  let crashes = 0
  let openAgainAtMs = 0

  const bury = (error: unknown, dead: Promise<Engine>) => {
    // Everything in it fails at once; only the first failure counts.
    if (dead !== current || crashed) return
    crashed = true
    crashes += 1
    const pauseMs = crashes >= openAfter ? longestPauseMs : firstPauseMs * 2 ** (crashes - 1)
    openAgainAtMs = monotonicMs() + pauseMs
    onCrash(error, pauseMs)
    dead.then(engine => engine.close()).catch(() => {})
  }
  const live = (): Promise<Engine> => {
    if (closed || !crashed) return current
    const retryAfterMs = openAgainAtMs - monotonicMs()
    if (retryAfterMs > 0) {
      const problem = crashes >= openAfter ? `it died ${crashes} times in a row and rests` : 'it is being restarted'
      throw new AssayError('ENGINE_CRASHED', { model: 'this miner', problem, retryAfterMs: Math.ceil(retryAfterMs) })
    }
    crashed = false
    const opening = open()
    current = opening
    opening.then(
      engine => {
        loaded = engine
      },
      error => bury(error, opening),
    )
    return opening
  }
  /** One call of the engine that lives now. */
  const call = async <T>(run: (engine: Engine) => Promise<T>): Promise<T> => {
    const used = live()
    try {
      const result = await run(await used)
      crashes = 0
      return result
    } catch (error) {
      if (isAssayError(error, 'ENGINE_CRASHED')) bury(error, used)
      throw error
    }
  }
  const { topLogits, embed, load, greedyOnly, hiddenSize } = first
  return {
    manifestDigest: first.manifestDigest,
    provider: first.provider,
    ...(greedyOnly !== undefined && { greedyOnly }),
    ...(hiddenSize !== undefined && { hiddenSize }),
    generate: (request, signal, onTokens) => call(engine => engine.generate(request, signal, onTokens)),
    score: (request, signal) => call(engine => engine.score(request, signal)),
    ...(topLogits && { topLogits: (request, signal) => call(engine => (engine.topLogits ?? topLogits)(request, signal)) }),
    ...(embed && { embed: (tokenIds, signal) => call(engine => (engine.embed ?? embed)(tokenIds, signal)) }),
    ...(load && { load: () => (loaded.load ?? load)() }),
    async close() {
      closed = true
      await (await current).close()
    },
  }
}
