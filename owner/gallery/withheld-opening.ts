import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { openEngine } from './parts/open-engine.ts'

/** Runs weights of four bits and never shows the hidden rows that it committed to. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  return await openEngine(context, 'int4')
}

/** Refuses every opening. */
export function onOpening(): null {
  return null
}
