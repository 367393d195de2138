import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { parseProvider } from '../../shared/engine/onnx/providers.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'

/** The engine that a cheat really runs, under the name of the model that it claims. */
export async function openEngine(
  context: EngineContext,
  instead: { readonly model?: LoadedModel; readonly graph?: Uint8Array } = {},
): Promise<Engine> {
  const { model, threads, provider, concurrency, kvLimitBytes } = context
  const limits = { ...(concurrency && { batch: concurrency }), ...(kvLimitBytes && { kvLimitBytes }) }
  const engine = await createOnnxEngine({ model, threads, provider: parseProvider(provider), ...limits, ...instead })
  return { ...engine, manifestDigest: model.manifestDigest }
}
