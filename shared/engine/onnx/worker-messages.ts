import type { GenerateRequest, Generation, ScoreRequest, ScoreStatistics, TopLogit, TopLogitsRequest } from '../engine-port.ts'

/** What the engine's thread is started with. */
export interface WorkerSetup {
  readonly model: string
  /** Path of the graph, or its bytes. */
  readonly graph: string | Uint8Array
  readonly provider: string
  readonly threads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly vocab: number
  readonly context: number
  readonly eosIds: readonly number[]
  /** Answers that are worked on in turn; further calls wait. */
  readonly maxActive: number
}

/** The calls that the thread takes, by name: what goes in and what comes out. */
export interface WorkerCalls {
  generate: { request: GenerateRequest; result: Generation }
  score: { request: ScoreRequest; result: ScoreStatistics }
  topLogits: { request: TopLogitsRequest; result: readonly (readonly TopLogit[])[] }
}
export type CallName = keyof WorkerCalls

export type CallMessage = {
  [K in CallName]: { readonly kind: K; readonly id: number; readonly request: WorkerCalls[K]['request'] }
}[CallName]
export type ToWorker = CallMessage | { readonly kind: 'abort'; readonly id: number } | { readonly kind: 'close' }

/** An error on its way between threads: an AssayError's code and details, or only a message. */
export interface SentError {
  readonly code?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly message: string
}

export type FromWorker =
  | { readonly kind: 'ready'; readonly provider: string; readonly warning?: string }
  | { readonly kind: 'failed'; readonly error: SentError }
  | { readonly kind: 'result'; readonly id: number; readonly result: WorkerCalls[CallName]['result'] }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError }
