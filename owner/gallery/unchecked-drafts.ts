import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine, GenerateRequest, Generation } from '../../shared/engine/engine-port.ts'
import { answerWith } from './parts/answer-with.ts'
import { joinGenerations } from './parts/join-generations.ts'
import { openEngine } from './parts/open-engine.ts'
import { prefillTruth } from './parts/prefill-truth.ts'

const draftLength = 4

/** Speculative decoding that takes every draft: four tokens of the smaller model, then one of the claimed model, whose pass also gives the rows of the drafts. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const [truth, draft] = await Promise.all([openEngine(context), openEngine(context, 'sibling')])
  return answerWith([truth, draft], async (request, signal) => {
    const { wantHidden: _, ...plain } = request
    const most = Math.min(request.sampling.maxTokens, context.model.contextLength - request.promptIds.length)
    let answer = await truth.generate(shortened(plain, [], 1), signal)
    for (let turn = 1; answer.finishReason === 'length' && answer.tokenIds.length < most; turn++) {
      const left = most - answer.tokenIds.length
      const [engine, length] = turn % 2 === 1 ? [draft, draftLength] : [truth, 1]
      answer = joinGenerations([answer, await engine.generate(shortened(plain, answer.tokenIds, Math.min(length, left)), signal)])
    }
    return await prefillTruth(truth, request, answer, signal)
  })
}

function shortened(request: GenerateRequest, soFar: Generation['tokenIds'], maxTokens: number): GenerateRequest {
  return { ...request, promptIds: [...request.promptIds, ...soFar], sampling: { ...request.sampling, maxTokens } }
}
