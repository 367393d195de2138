import { join } from 'node:path'
import { AssayError } from '../../errors/assay-error.ts'
import { graphFile, type LoadedModel } from '../../models/load-model.ts'
import type { Engine } from '../engine-port.ts'
import { callWorker } from './call-worker.ts'
import { spawnWorker } from './spawn-worker.ts'
import type { WorkerSetup } from './worker-messages.ts'

const providers = ['cpu', 'cuda', 'webgpu'] as const
export type OnnxProvider = (typeof providers)[number]

/** The provider of this name; throws ENGINE_PROVIDER. */
export function parseProvider(name: string): OnnxProvider {
  const provider = providers.find(known => known === name)
  if (provider === undefined) throw new AssayError('ENGINE_PROVIDER', { name, known: providers.join(', ') })
  return provider
}

export interface OnnxEngineOptions {
  readonly model: LoadedModel
  /** Threads that one operator may use; 1 unless told. */
  readonly threads?: number
  readonly provider?: OnnxProvider
  /** Where warnings go; the standard error unless told. */
  readonly log?: (warning: string) => void
  /** Replaces model.onnx: for a model that was changed on purpose. */
  readonly graph?: Uint8Array
}

const maxActive = 16
const maxCalls = 1024

/**
 * Runs a model with ONNX Runtime in a thread of its own; a provider that cannot load falls back to cpu with a warning.
 * Throws ENGINE_START or MODEL_GRAPH. Calls reject with ENGINE_CONTEXT, ENGINE_TOKEN_ID or ENGINE_NOISE_KEY where the request cannot be run,
 * and with ENGINE_CRASHED where the thread died: then a new engine must be made.
 */
export async function createOnnxEngine(options: OnnxEngineOptions): Promise<Engine> {
  const { model, threads = 1, provider = 'cpu', log = warning => console.error(warning), graph } = options
  const { name, shapes } = model.manifest
  const setup: WorkerSetup = {
    model: name,
    graph: graph ?? join(model.folder, graphFile),
    provider,
    threads,
    kvHeads: shapes.kvHeads,
    headDim: shapes.headDim,
    vocab: model.vocabSize,
    context: model.contextLength,
    eosIds: [...model.eosIds],
    maxActive,
  }
  const client = callWorker(
    spawnWorker(new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url), setup),
    name,
    maxCalls,
  )
  const opened = await client.ready
  if (opened.warning !== undefined) log(opened.warning)
  const assertLength = (length: number, least: number, most: number) => {
    if (length < least || length > most) throw new AssayError('ENGINE_CONTEXT', { length, limit: model.contextLength, model: name })
  }
  const assertIds = (ids: readonly number[]) => {
    const id = ids.find(one => !Number.isInteger(one) || one < 0 || one >= model.vocabSize)
    if (id !== undefined) throw new AssayError('ENGINE_TOKEN_ID', { id, limit: model.vocabSize, model: name })
  }
  return {
    manifestDigest: model.manifestDigest,
    provider: opened.provider,
    generate: async (request, signal) => {
      assertLength(request.promptIds.length, 1, model.contextLength - 1)
      assertIds(request.promptIds)
      return client.call('generate', request, signal)
    },
    score: async (request, signal) => {
      assertLength(request.promptIds.length, 1, model.contextLength)
      assertLength(request.promptIds.length + request.tokenIds.length, 1, model.contextLength)
      assertIds(request.promptIds)
      assertIds(request.tokenIds)
      return client.call('score', request, signal)
    },
    topLogits: async (request, signal) => {
      assertLength(request.tokenIds.length, 2, model.contextLength)
      assertIds(request.tokenIds)
      return client.call('topLogits', request, signal)
    },
    close: () => client.close(),
  }
}
