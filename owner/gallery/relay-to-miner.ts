import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { openEngine } from './parts/open-engine.ts'
import { otherNoise } from './parts/other-noise.ts'

/** Gives the answer that an honest miner of another hotkey gives to the same request: the claimed model, under that hotkey's noise. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  return {
    ...engine,
    generate: (request, ...rest) => engine.generate({ ...request, noiseKey: otherNoise(request.noiseKey, 'another hotkey') }, ...rest),
  }
}
