import type { Ask } from './ask.ts'
import type { Sampling } from './sampling.ts'

/** The sampling that a body asks for. */
export function samplingOf({ temperature, top_k, max_tokens, stop }: Ask): Sampling {
  return { temperature, topK: top_k ?? 0, maxTokens: max_tokens, ...(stop && { stop: typeof stop === 'string' ? [stop] : stop }) }
}
