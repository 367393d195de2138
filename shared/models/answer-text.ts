import type { LoadedModel } from './load-model.ts'

/** The text of an answer: its tokens without the end-of-sequence token that closed it. Miner and validator both digest exactly this. */
export function answerText(model: Pick<LoadedModel, 'eosIds' | 'tokenizer'>, tokenIds: readonly number[]): string {
  const last = tokenIds.at(-1)
  return model.tokenizer.decode(last !== undefined && model.eosIds.has(last) ? tokenIds.slice(0, -1) : tokenIds)
}
