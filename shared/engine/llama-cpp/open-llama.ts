import { createLockstep } from './create-lockstep.ts'
import { importLlamaPackage, type Llama, type LlamaPackage, type LlamaSequence } from './llama-package.ts'
import type { LlamaSetup } from './llama-setup.ts'

/** A model that llama.cpp holds, and the sequences of its one context. */
export interface OpenedLlama {
  readonly sequences: readonly LlamaSequence[]
  /** Tokens that a sequence may hold. */
  readonly sequenceTokens: number
  readonly kvBytesPerToken: number
  readonly provider: string
  readonly warning?: string
}

/** The least that a sequence must hold where a GPU's memory decides. */
const leastContext = 256

/** Opens a GGUF file; a GPU that cannot be used gives way to the processor, with a warning. Throws ENGINE_LLAMA_MISSING and what llama.cpp throws. */
export async function openLlama(setup: LlamaSetup): Promise<OpenedLlama> {
  const library = await importLlamaPackage(setup.packageFolder)
  const { llama, warning } = await start(library, setup)
  const model = await llama.loadModel({ modelPath: setup.graph })
  const { batch, context, kvLimitBytes, exactCache } = setup
  const kvBytesPerToken = setup.kvNumbersPerToken * (exactCache ? 4 : 2)
  const affordable = Math.max(1, Math.floor(kvLimitBytes / (batch * kvBytesPerToken)))
  const most = Math.min(context, affordable)
  const opened = await model.createContext({
    sequences: batch,
    // A GPU's memory is known to the library alone, so that it chooses.
    contextSize: llama.gpu === false ? most : { min: Math.min(leastContext, most), max: most },
    threads: setup.threads,
    ...(exactCache && { flashAttention: false, experimentalKvCacheKeyType: 'F32', experimentalKvCacheValueType: 'F32' }),
  })
  const together = createLockstep()
  return {
    sequences: Array.from({ length: batch }, () => together(opened.getSequence())),
    sequenceTokens: Math.min(opened.contextSize, context),
    kvBytesPerToken,
    provider: llama.gpu === false ? 'cpu' : llama.gpu,
    ...(warning !== undefined && { warning }),
  }
}

async function start({ getLlama }: LlamaPackage, { provider, threads }: LlamaSetup): Promise<{ llama: Llama; warning?: string }> {
  // Never a build from source or a download: what runs is what the operator installed.
  const common = { build: 'never', skipDownload: true, logLevel: 'error', maxThreads: threads, progressLogs: false }
  if (provider === 'cpu') return { llama: await getLlama({ ...common, gpu: false }) }
  try {
    return { llama: await getLlama({ ...common, gpu: provider }) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const llama = await getLlama({ ...common, gpu: false })
    return { llama, warning: `llama.cpp cannot use ${provider}, so the model runs on cpu: ${reason}` }
  }
}
