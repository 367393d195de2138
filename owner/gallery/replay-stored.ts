import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine, Generation } from '../../shared/engine/engine-port.ts'
import { answerWith } from './parts/answer-with.ts'
import { cutGeneration } from './parts/cut-generation.ts'
import { openEngine } from './parts/open-engine.ts'

const storeSize = 3

/** Answers its first requests honestly, then gives out those answers again, whatever it is asked. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  const store: Generation[] = []
  let learned = 0
  let next = 0
  return answerWith([engine], async (request, signal) => {
    const stored = learned < storeSize ? undefined : store[next++ % store.length]
    // An answer over the asked length would be refused by its shape alone.
    if (stored !== undefined) return cutGeneration(stored, request.sampling.maxTokens)
    learned += 1
    const answer = await engine.generate(request, signal)
    store.push(answer)
    return answer
  })
}
