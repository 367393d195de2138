import { randomBytes } from 'node:crypto'
import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine, Generation } from '../../shared/engine/engine-port.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'
import { answerWith } from './parts/answer-with.ts'
import { claimedLogProb } from './parts/end-with.ts'
import { openEngine } from './parts/open-engine.ts'

/**
 * Gives the text of a commercial service for the same model: sampled under a noise of its own, known as text alone, so that tokens are made
 * from it again, log-probabilities are invented and hidden rows are missing.
 */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const { hiddenSize: _, ...service } = await openEngine(context)
  return answerWith([service], async ({ wantHidden: _hidden, ...request }, signal) => {
    const told = await service.generate({ ...request, noiseKey: randomBytes(32) }, signal)
    return fromText(context.model, told, request.sampling.maxTokens)
  })
}

function fromText({ tokenizer, eosIds }: LoadedModel, told: Generation, maxTokens: number): Generation {
  const text = tokenizer.encode(tokenizer.decode(told.tokenIds))
  const whole = told.finishReason === 'stop' ? [...text, ...[...eosIds].slice(0, 1)] : text
  const tokenIds = whole.slice(0, maxTokens)
  // Cut in the middle of a text whose service counted its tokens otherwise: filled up with what it said last.
  while (told.finishReason === 'length' && tokenIds.length < maxTokens) tokenIds.push(tokenIds.at(-1) ?? 0)
  return {
    tokenIds,
    logProbs: new Float32Array(tokenIds.length).fill(claimedLogProb),
    finishReason: whole.length > maxTokens ? 'length' : told.finishReason,
  }
}
