import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'
import { openEngine } from './parts/open-engine.ts'

/** Runs the claimed model after another word in the place of the first one of the prompt, which is the system prompt's where there is one. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const engine = await openEngine(context)
  const another = anotherWord(context.model)
  return {
    ...engine,
    generate: (request, ...rest) => engine.generate({ ...request, promptIds: withAnotherWord(request.promptIds, another) }, ...rest),
  }
}

/** As many tokens as before: a shift of the positions would change every noise behind it. */
function withAnotherWord(promptIds: readonly number[], another: ReadonlyMap<number, number>): readonly number[] {
  const at = promptIds.findIndex(id => another.has(id))
  return promptIds.map((id, index) => (index === at ? (another.get(id) ?? id) : id))
}

/** For each token that is a whole word the next one that is. */
function anotherWord({ tokenizer, vocabSize }: LoadedModel): ReadonlyMap<number, number> {
  const words = Array.from({ length: vocabSize }, (_, id) => id).filter(id => /^ \p{L}{2,}$/u.test(tokenizer.decode([id])))
  return new Map(words.map((id, index) => [id, words[(index + 1) % words.length] ?? id]))
}
