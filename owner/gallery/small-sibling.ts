import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { openEngine } from './parts/open-engine.ts'

/** Runs the smaller model of the same family, whose folder is named like the claimed one with "-small" behind. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  return await openEngine(context, 'sibling')
}
