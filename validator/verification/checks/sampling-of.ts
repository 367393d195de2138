import type { Ask } from '../../../shared/protocol/ask.ts'
import type { Sampling } from '../../../shared/protocol/sampling.ts'

/** The sampling that a body asks for. */
export function samplingOf(ask: Ask): Sampling {
  return { temperature: ask.temperature, topK: ask.top_k ?? 0, maxTokens: ask.max_tokens }
}
