import { AssayError } from '../shared/errors/assay-error.ts'
import type { EmbeddingRequest } from '../shared/protocol/embedding-request.ts'
import { keyCallers } from './complete-open.ts'
import type { KeyCaller } from './keys/create-key-ring.ts'
import { readPrompt } from './read-prompt.ts'
import type { RequestQueue } from './scheduling/request-queue.ts'
import { workOf } from './scheduling/work-of.ts'
import type { FindServing } from './serving.ts'

export interface EmbedContext {
  readonly findServing: FindServing
  readonly queue: RequestQueue
}

/** Who asks for embeddings. */
export interface EmbedArrived {
  readonly key: KeyCaller
  /** On the monotonic clock. */
  readonly receivedAtMs: number
  readonly signal: AbortSignal
}

export interface Embeddings {
  readonly vectors: readonly Float32Array[]
  readonly promptTokens: number
}

const deadlineMs = 600_000

/** One vector for each text, in their order. Throws MINER_NO_EMBEDDINGS, MINER_* and ENGINE_* refusals. */
export async function embedTexts(
  { model: name, inputs }: EmbeddingRequest,
  { key, receivedAtMs, signal }: EmbedArrived,
  { findServing, queue }: EmbedContext,
): Promise<Embeddings> {
  const { model, engine } = findServing(name)
  if (engine.embed === undefined) throw new AssayError('MINER_NO_EMBEDDINGS', { model: name })
  key.budget.assertOpen(key.name)
  const payRefused = (tokens: number) => key.budget.charge(key.name, workOf(tokens, 0))
  const prompts = inputs.map(prompt => readPrompt({ prompt }, 0, model, payRefused))
  const promptTokens = prompts.reduce((sum, { length }) => sum + length, 0)
  const work = workOf(promptTokens, 0)
  key.budget.charge(key.name, work)
  let begun = false
  const vectors = await queue
    .add({
      ...{ caller: keyCallers, work, deadlineMs, deadlineAtMs: receivedAtMs + deadlineMs, signal },
      async run(runSignal) {
        begun = true
        const found: Float32Array[] = []
        for (const promptIds of prompts) {
          const vector = await engine.embed?.(promptIds, runSignal)
          if (vector === undefined) throw new AssayError('MINER_NO_EMBEDDINGS', { model: name })
          found.push(vector)
        }
        return found
      },
    })
    .catch((error: unknown) => {
      // Who goes away pays for what ran; what never ran, or failed through us, costs nothing.
      if (!begun || !signal.aborted) key.budget.refund(key.name, work)
      throw error
    })
  return { vectors, promptTokens }
}
