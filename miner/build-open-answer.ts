import { usageOf } from '../shared/protocol/usage.ts'
import type { CompletedOpen, OpenArrived } from './complete-open.ts'

/** The body of an answer to a caller with an API key, in OpenAI's form. */
export function buildOpenAnswer(
  { kind, request }: Pick<OpenArrived, 'kind' | 'request'>,
  { id, createdMs }: { readonly id: string; readonly createdMs: number },
  { choices, promptTokens, completionTokens }: CompletedOpen,
): object {
  const common = { id, created: Math.floor(createdMs / 1_000), model: request.model, usage: usageOf(promptTokens, completionTokens) }
  if (kind === 'chat')
    return {
      ...common,
      object: 'chat.completion',
      choices: choices.map(({ index, text, finishReason, logprobs = null }) => ({
        index,
        message: { role: 'assistant', content: text, refusal: null },
        logprobs,
        finish_reason: finishReason,
      })),
    }
  return {
    ...common,
    object: 'text_completion',
    choices: choices.map(({ index, text, finishReason, logprobs = null }) => ({ index, text, logprobs, finish_reason: finishReason })),
  }
}
