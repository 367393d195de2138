import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { answerWith } from './parts/answer-with.ts'
import { openEngine } from './parts/open-engine.ts'
import { prefillTruth } from './parts/prefill-truth.ts'

/** Generates with the smaller model, then states the log-probabilities and hidden rows that one prefill of the claimed model gives to those tokens. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const [truth, cheap] = await Promise.all([openEngine(context), openEngine(context, 'sibling')])
  return answerWith([truth, cheap], async (request, signal) => {
    const { wantHidden: _, ...plain } = request
    return await prefillTruth(truth, request, await cheap.generate(plain, signal), signal)
  })
}
