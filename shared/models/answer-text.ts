import type { ModelTokenizer } from './build-tokenizer.ts'

/** What the text of an answer depends on besides its tokens. */
export interface AnswerModel {
  readonly eosIds: ReadonlySet<number>
  readonly tokenizer: Pick<ModelTokenizer, 'decode'>
}

/** The text of an answer: its tokens without the end-of-sequence token that closed it. Miner and validator both digest exactly this. */
export function answerText(model: AnswerModel, tokenIds: readonly number[]): string {
  const last = tokenIds.at(-1)
  return model.tokenizer.decode(last !== undefined && model.eosIds.has(last) ? tokenIds.slice(0, -1) : tokenIds)
}
