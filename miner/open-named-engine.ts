import type { EngineContext } from '../shared/engine/engine-plugin.ts'
import { loadEnginePlugin } from '../shared/engine/load-engine-plugin.ts'
import { createOnnxEngine } from '../shared/engine/onnx/create-onnx-engine.ts'
import { parseProvider } from '../shared/engine/onnx/providers.ts'
import { AssayError } from '../shared/errors/assay-error.ts'
import { assertPrivate, readBytes } from '../shared/identity/read-private-file.ts'
import type { OpenedEngine } from './modules.ts'

/**
 * Opens the engine that `--engine` names: onnx (a GGUF model goes to llama.cpp, which is said), llama-cpp, upstream, or a plug-in's path;
 * what an optional engine needs is loaded only then. Throws ENGINE_*, MINER_UPSTREAM_URLS and WALLET_* for the key file.
 */
export async function openNamedEngine(name: string, context: EngineContext, warn: (text: string) => void): Promise<OpenedEngine> {
  if (name === 'upstream') return { engine: await openUpstream(context, warn) }
  if (name === 'llama-cpp') return { engine: await openLlama(context, warn) }
  if (name !== 'onnx') {
    const plugin = await loadEnginePlugin(name)
    return {
      engine: await plugin.createEngine(context),
      ...(plugin.onReceipt && { onReceipt: receipt => plugin.onReceipt?.(receipt) ?? receipt }),
      ...(plugin.onOffer && { onOffer: offer => plugin.onOffer?.(offer) ?? offer }),
      ...(plugin.onOpening && { onOpening: statement => (plugin.onOpening === undefined ? statement : plugin.onOpening(statement)) }),
    }
  }
  const { model, threads, provider } = context
  if (model.graphFormat === 'gguf') {
    warn(`${model.manifest.name} is a GGUF model, so llama.cpp runs it`)
    return { engine: await openLlama(context, warn) }
  }
  return { engine: await createOnnxEngine({ model, threads, provider: parseProvider(provider), log: warn, ...limitsOf(context) }) }
}

async function openLlama(context: EngineContext, log: (text: string) => void) {
  const { createLlamaEngine } = await import('../shared/engine/llama-cpp/create-llama-engine.ts')
  const { model, threads, provider } = context
  return await createLlamaEngine({ model, threads, provider, log, ...limitsOf(context) })
}

async function openUpstream({ model, upstream }: EngineContext, log: (text: string) => void) {
  if (upstream === undefined || upstream.urls.length === 0) throw new AssayError('MINER_UPSTREAM_URLS', { text: '' })
  const wrong = upstream.urls.find(url => !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
  if (wrong !== undefined) throw new AssayError('MINER_UPSTREAM_URLS', { text: wrong })
  const { createUpstreamEngine } = await import('../shared/engine/upstream/create-upstream-engine.ts')
  return await createUpstreamEngine({
    ...{ model, log, urls: upstream.urls, upstreamModel: upstream.model ?? model.manifest.name },
    ...(upstream.keyFile !== undefined && { apiKey: await readKey(upstream.keyFile) }),
  })
}

async function readKey(file: string): Promise<string> {
  const { content, mode } = await readBytes(file)
  assertPrivate(file, mode)
  return content.toString('utf8').trim()
}

function limitsOf({ concurrency, kvLimitBytes }: EngineContext) {
  return { ...(concurrency && { batch: concurrency }), ...(kvLimitBytes && { kvLimitBytes }) }
}
