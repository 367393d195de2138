import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine, Generation } from '../../shared/engine/engine-port.ts'
import { tokensOf } from '../../shared/engine/tokens-of.ts'
import { openEngine } from './open-engine.ts'

const storeSize = 3

/** Answers its first requests honestly, then gives out those answers again, whatever it is asked. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  const store: Generation[] = []
  let next = 0
  return {
    ...engine,
    generate: async (request, signal, onTokens) => {
      if (store.length < storeSize) {
        const answer = await engine.generate(request, signal, onTokens)
        store.push(answer)
        return answer
      }
      const stored = shorten(store[next++ % store.length], request.sampling.maxTokens)
      if (stored === undefined) return engine.generate(request, signal, onTokens)
      onTokens?.(tokensOf(stored))
      return stored
    },
  }
}

// An answer over the asked length would be refused by its shape alone.
function shorten(answer: Generation | undefined, maxTokens: number): Generation | undefined {
  if (answer === undefined || answer.tokenIds.length <= maxTokens) return answer
  return { tokenIds: answer.tokenIds.slice(0, maxTokens), logProbs: answer.logProbs.slice(0, maxTokens), finishReason: 'length' }
}
