import type { Ask } from './ask.ts'
import type { Sampling } from './sampling.ts'

/** The sampling that a body asks for, its members in the order of canonical JSON, in which it is written several times for every answer. */
export function samplingOf({ temperature, top_k: topK = 0, max_tokens: maxTokens, stop }: Ask): Sampling {
  if (stop === undefined) return { maxTokens, temperature, topK }
  return { maxTokens, stop: typeof stop === 'string' ? [stop] : stop, temperature, topK }
}
