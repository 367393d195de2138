import type { AnswerBody, AssayAnswer } from '../shared/protocol/answer.ts'
import type { Ask } from '../shared/protocol/ask.ts'

export interface AnswerParts {
  readonly text: string
  readonly finishReason: 'stop' | 'length'
  readonly promptTokens: number
  readonly completionTokens: number
  readonly createdMs: number
  readonly assay: AssayAnswer
}

/** The body of an answer, in the form that belongs to the request's route. */
export function buildAnswer(ask: Ask, parts: AnswerParts): AnswerBody {
  const { text, finishReason, promptTokens, completionTokens, assay } = parts
  const usage = { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens }
  const common = { created: Math.floor(parts.createdMs / 1_000), model: ask.model, usage, assay }
  const choice = { index: 0, finish_reason: finishReason }
  if ('messages' in ask) {
    const choices = [{ ...choice, message: { role: 'assistant' as const, content: text } }]
    return { id: `chatcmpl-${ask.assay.requestId}`, object: 'chat.completion', ...common, choices }
  }
  return { id: `cmpl-${ask.assay.requestId}`, object: 'text_completion', ...common, choices: [{ ...choice, text }] }
}
