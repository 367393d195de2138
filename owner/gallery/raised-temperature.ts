import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { openEngine } from './parts/open-engine.ts'

const raise = 0.1

/** Samples a little hotter than it was asked to, under the legal noise. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  return {
    ...engine,
    generate(request, ...rest) {
      const { temperature } = request.sampling
      const sampling = { ...request.sampling, temperature: temperature === 0 ? 0 : temperature + raise }
      return engine.generate({ ...request, sampling }, ...rest)
    },
  }
}
