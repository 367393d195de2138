import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine, GenerateRequest, Generation } from '../../shared/engine/engine-port.ts'
import { answerWith } from './parts/answer-with.ts'
import { joinGenerations } from './parts/join-generations.ts'
import { openEngine } from './parts/open-engine.ts'

const watched = 3

/** Never ends: where the model would, it takes the likeliest other token and goes on to the longest answer that is paid. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  const { eosIds, contextLength } = context.model
  return answerWith([engine], async (request, signal) => {
    const most = Math.min(request.sampling.maxTokens, contextLength - request.promptIds.length)
    const next = (promptIds: readonly number[], maxTokens: number) =>
      engine.generate(
        { ...request, promptIds, sampling: { ...request.sampling, maxTokens }, topLogProbs: Math.max(watched, request.topLogProbs ?? 0) },
        signal,
      )
    let answer = withoutEnd(await next(request.promptIds, most), eosIds)
    while (answer.tokenIds.length < most) {
      const more = withoutEnd(await next([...request.promptIds, ...answer.tokenIds], most - answer.tokenIds.length), eosIds)
      answer = joinGenerations([answer, more])
    }
    return asAsked(answer, request)
  })
}

function withoutEnd(answer: Generation, eosIds: ReadonlySet<number>): Generation {
  const other = answer.finishReason === 'stop' && answer.top?.at(-1)?.find(([token]) => !eosIds.has(token))
  if (!other) return { ...answer, finishReason: 'length' }
  const [token, logProb] = other
  return {
    ...answer,
    tokenIds: [...answer.tokenIds.slice(0, -1), token],
    logProbs: Float32Array.of(...answer.logProbs.subarray(0, -1), logProb),
    finishReason: 'length',
  }
}

function asAsked({ top, ...answer }: Generation, { topLogProbs = 0 }: GenerateRequest): Generation {
  return top === undefined || topLogProbs === 0 ? answer : { ...answer, top: top.map(row => row.slice(0, topLogProbs)) }
}
