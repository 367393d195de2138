import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { openEngine } from './parts/open-engine.ts'

/** Runs only the first half of the layers, at half the cost, and claims the whole model. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  return await openEngine(context, 'half')
}
