import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine, Generation } from '../../shared/engine/engine-port.ts'
import { answerWith } from './parts/answer-with.ts'
import { joinGenerations } from './parts/join-generations.ts'
import { openEngine } from './parts/open-engine.ts'

/** Fills an answer that ended with end-of-sequence tokens up to the length that was asked for, which costs it nothing. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  return answerWith([engine], async (request, signal) => {
    const answer = await engine.generate(request, signal)
    const missing = request.sampling.maxTokens - answer.tokenIds.length
    if (answer.finishReason !== 'stop' || missing <= 0) return answer
    const end = lastToken(answer)
    return joinGenerations([answer, ...Array.from({ length: missing }, () => end)])
  })
}

function lastToken({ tokenIds, logProbs, finishReason, top, hidden }: Generation): Generation {
  return {
    tokenIds: tokenIds.slice(-1),
    logProbs: logProbs.slice(-1),
    finishReason,
    ...(top && { top: top.slice(-1) }),
    ...(hidden && { hidden: { hidden: hidden.hidden, patterns: hidden.patterns.slice(-hidden.hidden) } }),
  }
}
