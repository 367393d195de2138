import { type AnswerModel, createAnswerReader } from './create-answer-reader.ts'

export type { AnswerModel } from './create-answer-reader.ts'

/** The text of an answer: its tokens without the end-of-sequence token that closed it, cut before the first of the stop strings. Miner and validator both digest exactly this. */
export function answerText(model: AnswerModel, tokenIds: readonly number[], stop: readonly string[] = []): string {
  const reader = createAnswerReader(model, stop)
  const pieces = tokenIds.map(id => reader.push(id).text)
  return pieces.join('') + reader.end()
}
