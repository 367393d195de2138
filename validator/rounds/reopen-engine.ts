import type { Engine } from '../../shared/engine/engine-port.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'

/** An engine that is opened anew by the first call after it crashed; where opening fails, each later call tries again. */
export function reopenEngine(first: Engine, open: () => Promise<Engine>): Engine {
  let current: Promise<Engine> = Promise.resolve(first)
  let dead = false
  const run = async <T>(call: (engine: Engine) => Promise<T>): Promise<T> => {
    if (dead) {
      dead = false
      current = open()
    }
    const used = current
    try {
      return await call(await used)
    } catch (error) {
      // A failed opening counts as a crash too.
      const failed = await used.then(
        () => isAssayError(error, 'ENGINE_CRASHED'),
        () => true,
      )
      if (failed && used === current) dead = true
      throw error
    }
  }
  return {
    manifestDigest: first.manifestDigest,
    provider: first.provider,
    ...(first.hiddenSize !== undefined && { hiddenSize: first.hiddenSize }),
    generate: (request, signal) => run(engine => engine.generate(request, signal)),
    score: (request, signal) => run(engine => engine.score(request, signal)),
    close: async () => (await current).close(),
  }
}
