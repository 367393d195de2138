import { totalmem } from 'node:os'
import { AssayError } from '../../errors/assay-error.ts'
import type { LoadedModel } from '../../models/load-model.ts'
import { checkRequest } from '../check-request.ts'
import type { Engine } from '../engine-port.ts'
import { callWorker } from '../onnx/call-worker.ts'
import { startProcess } from '../onnx/start-process.ts'
import { parseLlamaProvider } from './llama-providers.ts'
import type { LlamaSetup } from './llama-setup.ts'

export interface LlamaEngineOptions {
  /** A model whose graph is a GGUF file. */
  readonly model: LoadedModel
  /** Threads of the processor; 1 unless told. */
  readonly threads?: number
  /** cpu unless told. */
  readonly provider?: string
  /** Answers that decode together at most; 16 unless told. */
  readonly batch?: number
  /** Bytes that keys and values may take; unless told, a quarter of the memory but at most 2 GiB on the processor, and what fits on a GPU. */
  readonly kvLimitBytes?: number
  /** Keys and values in fp32, which brings the logits to those of an fp32 graph; so on the processor unless told. The library calls types other than fp16 experimental, because not every GPU kernel knows them. */
  readonly exactCache?: boolean
  /** The node_modules folder that holds node-llama-cpp; unless told the one that ASSAY_LLAMA_CPP names, or the program's own. */
  readonly packageFolder?: string
  readonly log?: (warning: string) => void
}

const defaultBatch = 16
const mostKvBytes = 2 * 1024 ** 3
const maxCalls = 1024

/**
 * Runs a GGUF model with llama.cpp (the optional package node-llama-cpp) in a process of its own, all answers in one batch, sampled by the
 * protocol's noise. Throws ENGINE_LLAMA_MISSING, ENGINE_LLAMA_MODEL, ENGINE_PROVIDER or ENGINE_START; calls reject as those of the ONNX engine do.
 * Hidden rows cannot be seen, so it does not embed.
 */
export async function createLlamaEngine(options: LlamaEngineOptions): Promise<Engine> {
  const { model, log = warning => console.error(warning) } = options
  const { name, shapes } = model.manifest
  if (model.graphFormat !== 'gguf') throw new AssayError('ENGINE_LLAMA_MODEL', { model: name, file: model.graphPath })
  const provider = parseLlamaProvider(options.provider ?? 'cpu')
  const onCpu = provider === 'cpu'
  const setup: LlamaSetup = {
    model: name,
    packageFolder: options.packageFolder ?? process.env.ASSAY_LLAMA_CPP,
    graph: model.graphPath,
    provider,
    threads: options.threads ?? 1,
    vocab: model.vocabSize,
    context: model.contextLength,
    eosIds: [...model.eosIds],
    batch: options.batch ?? defaultBatch,
    exactCache: options.exactCache ?? onCpu,
    kvNumbersPerToken: 2 * shapes.layers * shapes.kvHeads * shapes.headDim,
    kvLimitBytes: options.kvLimitBytes ?? (onCpu ? Math.min(mostKvBytes, Math.floor(totalmem() / 4)) : Number.MAX_SAFE_INTEGER),
  }
  const worker = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
  const client = callWorker(startProcess(worker), setup, maxCalls)
  const opened = await client.ready
  if (opened.warning !== undefined) log(opened.warning)
  const check = checkRequest(model, false)
  return {
    manifestDigest: model.manifestDigest,
    provider: opened.provider,
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
    load: () => client.load(),
    close: () => client.close(),
  }
}
