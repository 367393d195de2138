import type { EngineLoad, GenerateRequest, Generation, ScoreRequest, ScoreResult, TopLogit, TopLogitsRequest } from '../engine-port.ts'

/** How far the runtime rewrites a graph before it runs it: every level rounds elsewhere. */
export type GraphOptimization = 'disabled' | 'basic' | 'extended' | 'all'

/** What every engine's worker is started with. */
export interface WorkerBase {
  readonly model: string
  /** Bytes that the keys and values of all answers may take. */
  readonly kvLimitBytes: number
}

/** What the worker of ONNX Runtime is started with. */
export interface WorkerSetup extends WorkerBase {
  /** Path of the graph, or its bytes. */
  readonly graph: string | Uint8Array
  /** Where the graph's external data lies. */
  readonly folder: string
  readonly provider: string
  readonly threads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly vocab: number
  readonly context: number
  readonly eosIds: readonly number[]
  /** Answers that decode together at most; further ones wait. */
  readonly batch: number
  /** How far the runtime may rewrite the graph; as far as it can unless told. */
  readonly optimization?: GraphOptimization
  /** A rehearsal: runs, counted from 1, that fail as if there were no memory left. */
  readonly failRuns?: readonly number[]
}

/** The calls that the worker takes, by name: what goes in and what comes out. */
export interface WorkerCalls {
  generate: { request: GenerateRequest; result: Generation }
  score: { request: ScoreRequest; result: ScoreResult }
  topLogits: { request: TopLogitsRequest; result: readonly (readonly TopLogit[])[] }
  embed: { request: { readonly tokenIds: readonly number[] }; result: Float32Array }
}
export type CallName = keyof WorkerCalls

export type CallMessage = {
  // `stream` asks for the tokens of every step.
  [K in CallName]: { readonly kind: K; readonly id: number; readonly stream: boolean; readonly request: WorkerCalls[K]['request'] }
}[CallName]
export type GenerateMessage = Extract<CallMessage, { kind: 'generate' }>
export type OnceMessage = Exclude<CallMessage, GenerateMessage>
export type OnceResult = WorkerCalls[OnceMessage['kind']]['result']

export type ToWorker<Setup extends WorkerBase = WorkerSetup> =
  | { readonly kind: 'setup'; readonly setup: Setup }
  | CallMessage
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'close' }

/** An error on its way between processes: an AssayError's code and details, or only a message. */
export interface SentError {
  readonly code?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly message: string
}

export type EndedCall =
  | { readonly id: number; readonly result: WorkerCalls[CallName]['result'] }
  | { readonly id: number; readonly error: SentError }

/** Hidden rows on their way between processes, all in one array: each array of its own would cost more than what is in it. */
export interface SentRows {
  /** Numbers in a row. */
  readonly width: number
  /** The places of the tokens that have a row, in their order. */
  readonly of: readonly number[]
  /** The rows as float16 patterns, one after the other. */
  readonly patterns: Uint16Array
}

/** What one step brought, all answers together. */
export interface StepMessage {
  readonly kind: 'step'
  /** Call, token and log-probability of each streamed token, one after the other. */
  readonly tokens: readonly number[]
  /** The likeliest tokens of those, in the same order, where any call asked for them. */
  readonly tops?: readonly (readonly (readonly [token: number, logProb: number])[] | null)[]
  /** The hidden rows of those, in the same order, where any call asked for them. */
  readonly hidden?: SentRows
  readonly ended: readonly EndedCall[]
  readonly load: EngineLoad
}

export type FromWorker =
  | {
      readonly kind: 'ready'
      readonly provider: string
      readonly warning?: string
      readonly hasHidden?: boolean
      readonly load: EngineLoad
    }
  | { readonly kind: 'failed'; readonly error: SentError }
  | StepMessage
