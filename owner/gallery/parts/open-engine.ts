import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { EngineContext } from '../../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import { parseProvider } from '../../../shared/engine/onnx/providers.ts'
import { graphFile, loadModel } from '../../../shared/models/load-model.ts'
import { cutLayers } from '../../../shared/models/onnx/cut-layers.ts'
import { quantizeWeights } from '../../../shared/models/onnx/quantize-weights.ts'
import { float8e4m3, roundCache } from '../../../shared/models/onnx/round-cache.ts'
import { shareEngine } from './share-engine.ts'

/** What a cheat runs in the place of the model that it claims. */
export type Substitute = 'true' | 'sibling' | 'half' | 'int4' | 'int8' | 'fp8-cache'

const changes = {
  half: (graph: Uint8Array, layers: number) => cutLayers(graph, Math.ceil(layers / 2)),
  int4: (graph: Uint8Array) => quantizeWeights(graph, 4, 32),
  int8: (graph: Uint8Array) => quantizeWeights(graph, 8, Number.POSITIVE_INFINITY),
  'fp8-cache': (graph: Uint8Array) => roundCache(graph, float8e4m3),
} as const

/**
 * The engine that a cheat really runs, under the name of the model that it claims: the model itself, the smaller model of the same family
 * (whose folder is named like the claimed one with "-small" behind), or the model with its graph changed. Members in one process that run the same
 * share one worker.
 */
export async function openEngine(context: EngineContext, substitute: Substitute = 'true'): Promise<Engine> {
  const { model, threads, provider, concurrency, kvLimitBytes } = context
  const key = JSON.stringify([model.folder, substitute, threads, provider, concurrency, kvLimitBytes])
  const engine = await shareEngine(key, async () => {
    const limits = { ...(concurrency && { batch: concurrency }), ...(kvLimitBytes && { kvLimitBytes }) }
    const options = { threads, provider: parseProvider(provider), ...limits }
    if (substitute === 'true') return await createOnnxEngine({ model, ...options })
    if (substitute === 'sibling')
      return await createOnnxEngine({ model: await loadModel(join(dirname(model.folder), `${basename(model.folder)}-small`)), ...options })
    const graph = await readFile(join(model.folder, graphFile))
    return await createOnnxEngine({ model, graph: changes[substitute](graph, model.manifest.shapes.layers), ...options })
  })
  return { ...engine, manifestDigest: model.manifestDigest }
}
