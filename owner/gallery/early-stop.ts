import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { answerWith } from './parts/answer-with.ts'
import { endWith } from './parts/end-with.ts'
import { openEngine } from './parts/open-engine.ts'

const shareOfLength = 1 / 3

/** Ends every answer with an end-of-sequence token after a third of the length that was asked for. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  const [end = 0] = context.model.eosIds
  return answerWith([engine], async (request, signal) => {
    const maxTokens = Math.ceil(request.sampling.maxTokens * shareOfLength)
    const answer = await engine.generate({ ...request, sampling: { ...request.sampling, maxTokens } }, signal)
    return answer.finishReason === 'stop' ? answer : endWith(answer, end)
  })
}
