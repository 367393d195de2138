import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { dodgeAudits } from './parts/dodge-audits.ts'

/** Honest on what looks like an audit, the smaller model for all of the other requests. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  return await dodgeAudits(context, 1)
}
