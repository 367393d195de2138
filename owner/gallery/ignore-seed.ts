import { randomBytes } from 'node:crypto'
import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { openEngine } from './parts/open-engine.ts'

/** Runs the claimed model but samples with its own random noise, as a server without seeded sampling would. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  return {
    ...engine,
    generate: (request, signal, onTokens) => engine.generate({ ...request, noiseKey: randomBytes(32) }, signal, onTokens),
  }
}
