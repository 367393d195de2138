import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine, GenerateRequest, Generation } from '../../shared/engine/engine-port.ts'
import { answerWith } from './parts/answer-with.ts'
import { openEngine } from './parts/open-engine.ts'
import { otherNoise } from './parts/other-noise.ts'

/** Draws three answers, one of them under the legal noise, and gives the one that the model finds likeliest. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  return answerWith([engine], async (request, signal) => {
    const tries = [request, again(request, 'second try'), again(request, 'third try')]
    const answers = await Promise.all(tries.map(each => engine.generate(each, signal)))
    return answers.reduce((best, answer) => (meanLogProb(answer) > meanLogProb(best) ? answer : best))
  })
}

function meanLogProb({ logProbs }: Generation): number {
  return logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length
}

function again(request: GenerateRequest, label: string): GenerateRequest {
  return { ...request, noiseKey: otherNoise(request.noiseKey, label) }
}
