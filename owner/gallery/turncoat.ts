import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { turnAfter } from './parts/turn-after.ts'

/** Answers a thousand requests honestly, then every one with the smaller model. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  return await turnAfter(context, 1_000)
}
