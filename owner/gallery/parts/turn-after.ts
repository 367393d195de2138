import type { EngineContext } from '../../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../../shared/engine/engine-port.ts'
import { cheatOn } from './cheat-on.ts'
import { openEngine } from './open-engine.ts'

/** Honest for so many answers, then the smaller model in every one. */
export async function turnAfter(context: EngineContext, honestAnswers: number): Promise<Engine> {
  const [honest, cheat] = await Promise.all([openEngine(context), openEngine(context, 'sibling')])
  let answers = 0
  return cheatOn(honest, cheat, () => ++answers > honestAnswers)
}
