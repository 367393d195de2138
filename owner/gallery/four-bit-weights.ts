import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { graphFile } from '../../shared/models/load-model.ts'
import { quantizeWeights } from '../../shared/models/onnx/quantize-weights.ts'
import { openEngine } from './open-engine.ts'

/** Runs weights of four bits in groups of 32, an eighth of the memory, and claims full precision. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const graph = await readFile(join(context.model.folder, graphFile))
  return openEngine(context, { graph: quantizeWeights(graph, 4, 32) })
}
