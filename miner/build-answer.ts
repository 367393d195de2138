import type { Generation } from '../shared/engine/engine-port.ts'
import { tokensOf } from '../shared/engine/tokens-of.ts'
import type { AnswerModel } from '../shared/models/create-answer-reader.ts'
import type { AnswerBody, AssayAnswer } from '../shared/protocol/answer.ts'
import { type Ask, topCountOf } from '../shared/protocol/ask.ts'
import { usageOf } from '../shared/protocol/usage.ts'
import { buildChatLogProbs, buildCompletionLogProbs, shownTokens } from './build-log-probs.ts'

export interface AnswerParts {
  readonly text: string
  readonly generation: Generation
  readonly promptTokens: number
  readonly createdMs: number
  readonly assay: AssayAnswer
}

/** The body of an answer, in the form that belongs to the request's route. */
export function buildAnswer(ask: Ask, model: AnswerModel, { text, generation, promptTokens, createdMs, assay }: AnswerParts): AnswerBody {
  const usage = usageOf(promptTokens, generation.tokenIds.length)
  const common = { created: Math.floor(createdMs / 1_000), model: ask.model, usage, assay }
  const choice = { index: 0, finish_reason: generation.finishReason }
  const tokens = topCountOf(ask) === null ? null : shownTokens(model, tokensOf(generation))
  if ('messages' in ask) {
    const logprobs = tokens && { logprobs: buildChatLogProbs(model, tokens) }
    const choices = [{ ...choice, ...logprobs, message: { role: 'assistant' as const, content: text } }]
    return { id: `chatcmpl-${ask.assay.requestId}`, object: 'chat.completion', ...common, choices }
  }
  const logprobs = tokens && { logprobs: buildCompletionLogProbs(model, tokens) }
  return { id: `cmpl-${ask.assay.requestId}`, object: 'text_completion', ...common, choices: [{ ...choice, ...logprobs, text }] }
}
