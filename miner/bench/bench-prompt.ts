import type { LoadedModel } from '../../shared/models/load-model.ts'

const text = 'The quick brown fox counts 17 apples and 25 pears, then writes a long letter to its clever friend about the weather.'

/** A prompt of exactly so many tokens, another one for every `seed`, so that no engine has seen its beginning before. */
export function benchPrompt({ promptIdsOf, eosIds }: Pick<LoadedModel, 'promptIdsOf' | 'eosIds'>, length: number, seed: number): number[] {
  const words = promptIdsOf({ prompt: text }).filter(id => !eosIds.has(id))
  let state = (seed * 2_654_435_761 + 1) >>> 0
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return words[(state >>> 8) % words.length] ?? 0
  })
}
