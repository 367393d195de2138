import { basename, dirname, join } from 'node:path'
import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { loadModel } from '../../shared/models/load-model.ts'
import { openEngine } from './open-engine.ts'

/** Runs the smaller model of the same family, whose folder is named like the claimed one with "-small" behind. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const { folder } = context.model
  return openEngine(context, { model: await loadModel(join(dirname(folder), `${basename(folder)}-small`)) })
}
