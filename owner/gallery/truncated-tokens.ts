import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { answerWith } from './parts/answer-with.ts'
import { cutGeneration } from './parts/cut-generation.ts'
import { openEngine } from './parts/open-engine.ts'

/** Stops generating at half the length that was asked for and says that the length was reached. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  return answerWith([engine], async (request, signal) => {
    const half = Math.ceil(request.sampling.maxTokens / 2)
    const answer = await engine.generate({ ...request, sampling: { ...request.sampling, maxTokens: half } }, signal)
    return cutGeneration(answer, half)
  })
}
