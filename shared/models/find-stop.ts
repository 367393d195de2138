import { type AnswerModel, createAnswerReader } from './create-answer-reader.ts'

/** How many of the tokens it takes until a stop string stands in their text; null where none does. */
export function findStop(model: AnswerModel, tokenIds: readonly number[], stop: readonly string[]): number | null {
  if (stop.length === 0) return null
  const reader = createAnswerReader(model, stop)
  const index = tokenIds.findIndex(id => reader.push(id).stopped)
  return index < 0 ? null : index + 1
}
