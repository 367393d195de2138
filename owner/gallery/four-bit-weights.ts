import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { openEngine } from './parts/open-engine.ts'

/** Runs weights of four bits in groups of 32, an eighth of the memory, and claims full precision. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  return await openEngine(context, 'int4')
}
