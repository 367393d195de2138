import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { openEngine } from './parts/open-engine.ts'

const kept = 5

/** Samples from the five likeliest tokens, whatever top-k it was asked for. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  return {
    ...engine,
    generate: (request, ...rest) => engine.generate({ ...request, sampling: { ...request.sampling, topK: kept } }, ...rest),
  }
}
