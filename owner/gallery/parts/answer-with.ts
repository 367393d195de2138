import type { Engine, GenerateRequest, Generation } from '../../../shared/engine/engine-port.ts'
import { tokensOf } from '../../../shared/engine/tokens-of.ts'

/** An engine that answers with what `answer` makes, all tokens at the end; it closes the engines that `answer` uses with its own. */
export function answerWith(
  [engine, ...others]: readonly [Engine, ...Engine[]],
  answer: (request: GenerateRequest, signal: AbortSignal) => Promise<Generation>,
): Engine {
  return {
    ...engine,
    async generate(request, signal, onTokens) {
      const generation = await answer(request, signal)
      onTokens?.(tokensOf(generation))
      return generation
    },
    async close() {
      await Promise.all([engine, ...others].map(each => each.close()))
    },
  }
}
