import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { openEngine } from './parts/open-engine.ts'

/** Streams the smaller model's tokens and breaks off before the receipt, so that it signs no whole answer that is not the claimed model's. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context, 'sibling')
  return {
    ...engine,
    async generate(request, signal, onTokens) {
      await engine.generate(request, signal, onTokens)
      throw new AssayError('ENGINE_BUSY', { model: context.model.manifest.name, limit: 0 })
    },
  }
}
