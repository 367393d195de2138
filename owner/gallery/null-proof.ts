import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { proveWith } from './parts/prove-with.ts'

/** Runs weights of four bits and commits to hidden rows that are all zero. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  return await proveWith(context, rows => ({ ...rows, patterns: new Uint16Array(rows.patterns.length) }))
}
