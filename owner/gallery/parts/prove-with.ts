import type { EngineContext } from '../../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../../shared/engine/engine-port.ts'
import type { HiddenRows } from '../../../shared/proof/fingerprint/hidden-rows.ts'
import { answerWith } from './answer-with.ts'
import { openEngine } from './open-engine.ts'

/** Runs weights of four bits, whose tokens hardly differ, and commits to other hidden rows than its own. */
export async function proveWith(context: EngineContext, replace: (rows: HiddenRows) => HiddenRows): Promise<Engine> {
  const engine = await openEngine(context, 'int4')
  return answerWith([engine], async (request, signal) => {
    const answer = await engine.generate(request, signal)
    return answer.hidden === undefined ? answer : { ...answer, hidden: replace(answer.hidden) }
  })
}
