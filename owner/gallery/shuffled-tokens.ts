import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { answerWith } from './parts/answer-with.ts'
import { openEngine } from './parts/open-engine.ts'

/** States the tokens of an honest answer in the opposite order, the ending one apart: what a check sees that looks at sums alone. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  return answerWith([engine], async (request, signal) => {
    const answer = await engine.generate(request, signal)
    const body = answer.finishReason === 'stop' ? answer.tokenIds.length - 1 : answer.tokenIds.length
    return { ...answer, tokenIds: [...answer.tokenIds.slice(0, body).reverse(), ...answer.tokenIds.slice(body)] }
  })
}
