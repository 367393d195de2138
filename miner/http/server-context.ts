import type { AnswerBody } from '../../shared/protocol/answer.ts'
import type { Gate } from '../admission/gate.ts'
import type { Arrived } from '../answer-ask.ts'

/** What /healthz tells. */
export interface Health {
  readonly ok: boolean
  readonly status: string
  readonly hotkey: string
  readonly netuid: number
  readonly model: string
  readonly manifestDigest: string
  readonly provider: string
  readonly waiting: number
  /** Block of the last metagraph read, and how old that is. */
  readonly block: number
  readonly metagraphAgeSeconds: number
}

/** What the routes need of the miner. */
export interface ServerContext {
  readonly gate: Gate
  answer(arrived: Arrived): Promise<AnswerBody>
  health(): Health
  readonly metrics: { readonly contentType: string; metrics(): Promise<string> }
  /** Told of every request that was not answered, by code and HTTP status. */
  onRefusal(code: string, status: number, error: unknown): void
  /** Milliseconds since 1970, and on a clock that only goes forward. */
  readonly nowMs: () => number
  readonly monotonicMs: () => number
}
