import { totalmem } from 'node:os'
import { dirname } from 'node:path'
import type { LoadedModel } from '../../models/load-model.ts'
import { checkRequest } from '../check-request.ts'
import type { Engine } from '../engine-port.ts'
import { callWorker } from './call-worker.ts'
import type { OnnxProvider } from './providers.ts'
import { startProcess } from './start-process.ts'
import { startThread } from './start-thread.ts'
import type { GraphOptimization, WorkerSetup } from './worker-messages.ts'

export interface OnnxEngineOptions {
  readonly model: LoadedModel
  /** Threads that one operator may use; 1 unless told. */
  readonly threads?: number
  readonly provider?: OnnxProvider
  /** Answers that decode together at most; 16 unless told. */
  readonly batch?: number
  /** Bytes that keys and values may take; a quarter of the memory but at most 2 GiB unless told. */
  readonly kvLimitBytes?: number
  /** Where warnings go; the standard error unless told. */
  readonly log?: (warning: string) => void
  /** Replaces the model's graph: for a model that was changed on purpose. */
  readonly graph?: Uint8Array
  /** A process of its own, unless told: it may die alone. A thread takes less memory and its time counts as this process's, which a benchmark wants. */
  readonly worker?: 'process' | 'thread'
  /** How far the runtime may rewrite the graph; as far as it can unless told. */
  readonly optimization?: GraphOptimization
  /** A rehearsal: runs of the graph, counted from 1, that fail as if there were no memory left. */
  readonly failRuns?: readonly number[]
}

const defaultBatch = 16
const mostKvBytes = 2 * 1024 ** 3
const maxCalls = 1024

/**
 * Runs a model with ONNX Runtime in a worker of its own, all answers in one batch; a provider that cannot load falls back to cpu with a warning.
 * Throws ENGINE_START or MODEL_GRAPH. Calls reject with ENGINE_CONTEXT, ENGINE_TOKEN_ID or ENGINE_NOISE_KEY where the request cannot be run,
 * with ENGINE_BUSY and ENGINE_MEMORY where there is no place, and with ENGINE_CRASHED where the worker died: then a new engine must be made.
 */
export async function createOnnxEngine(options: OnnxEngineOptions): Promise<Engine> {
  const { model, provider = 'cpu', log = warning => console.error(warning), graph } = options
  const { name, shapes } = model.manifest
  const setup: WorkerSetup = {
    model: name,
    graph: graph ?? model.graphPath,
    folder: dirname(model.graphPath),
    provider,
    threads: options.threads ?? 1,
    kvHeads: shapes.kvHeads,
    headDim: shapes.headDim,
    vocab: model.vocabSize,
    context: model.contextLength,
    eosIds: [...model.eosIds],
    batch: options.batch ?? defaultBatch,
    kvLimitBytes: options.kvLimitBytes ?? Math.min(mostKvBytes, Math.floor(totalmem() / 4)),
    ...(options.optimization && { optimization: options.optimization }),
    ...(options.failRuns && { failRuns: options.failRuns }),
  }
  const worker = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
  const client = callWorker(options.worker === 'thread' ? startThread(worker) : startProcess(worker), setup, maxCalls)
  const opened = await client.ready
  if (opened.warning !== undefined) log(opened.warning)
  const hasHidden = opened.hasHidden === true
  const check = checkRequest(model, hasHidden)
  return {
    manifestDigest: model.manifestDigest,
    provider: opened.provider,
    ...(hasHidden && { hiddenSize: shapes.hidden }),
    generate: async (request, signal, onTokens) => {
      check.generate(request)
      return client.call('generate', request, signal, onTokens)
    },
    score: async (request, signal) => {
      check.score(request)
      return client.call('score', request, signal)
    },
    topLogits: async (request, signal) => {
      check.tokens(request.tokenIds, 2)
      return client.call('topLogits', request, signal)
    },
    embed: async (tokenIds, signal) => {
      check.tokens(tokenIds, 1)
      return client.call('embed', { tokenIds }, signal)
    },
    load: () => client.load(),
    close: () => client.close(),
  }
}
