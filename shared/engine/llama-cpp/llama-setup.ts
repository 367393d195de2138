import type { WorkerBase } from '../onnx/worker-messages.ts'

/** What the worker of a llama.cpp engine is started with. */
export interface LlamaSetup extends WorkerBase {
  /** The node_modules folder that holds the package; the program's own where undefined. */
  readonly packageFolder: string | undefined
  /** Path of the GGUF file. */
  readonly graph: string
  readonly provider: string
  readonly threads: number
  readonly vocab: number
  readonly context: number
  readonly eosIds: readonly number[]
  /** Answers that decode together at most; further ones wait. */
  readonly batch: number
  /** Whether the cache holds fp32; else fp16, llama.cpp's own choice. */
  readonly exactCache: boolean
  /** Numbers that the cache holds for one token: keys and values of all layers. */
  readonly kvNumbersPerToken: number
}
