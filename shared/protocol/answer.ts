import { type Static, Type } from 'typebox'
import { Base64, Signature } from './fields.ts'
import { parserOf } from './parser-of.ts'
import { Receipt } from './receipt.ts'

const text = Type.String({ maxLength: 4_000_000 })
const finishReason = Type.Union([Type.Literal('stop'), Type.Literal('length')])
const usage = Type.Object({
  prompt_tokens: Type.Integer({ minimum: 0 }),
  completion_tokens: Type.Integer({ minimum: 0 }),
  total_tokens: Type.Integer({ minimum: 0 }),
})

/** The member `assay` of an answer: the receipt, its signature, and the bulk values whose digests it holds. */
export const AssayAnswer = Type.Object(
  { receipt: Receipt, signature: Signature, logProbs: Base64(700_000) },
  { additionalProperties: false },
)
export type AssayAnswer = Static<typeof AssayAnswer>

const common = {
  id: Type.String({ maxLength: 200 }),
  created: Type.Integer(),
  model: Type.String({ maxLength: 200 }),
  usage,
  assay: AssayAnswer,
}

export const ChatAnswer = Type.Object({
  ...common,
  object: Type.Literal('chat.completion'),
  choices: Type.Array(
    Type.Object({
      index: Type.Integer(),
      message: Type.Object({ role: Type.Literal('assistant'), content: text }),
      finish_reason: finishReason,
    }),
    { minItems: 1, maxItems: 1 },
  ),
})
export type ChatAnswer = Static<typeof ChatAnswer>

export const CompletionAnswer = Type.Object({
  ...common,
  object: Type.Literal('text_completion'),
  choices: Type.Array(Type.Object({ index: Type.Integer(), text, finish_reason: finishReason }), { minItems: 1, maxItems: 1 }),
})
export type CompletionAnswer = Static<typeof CompletionAnswer>

export type AnswerBody = ChatAnswer | CompletionAnswer

export const parseChatAnswer = parserOf(ChatAnswer, 'PROTO_SHAPE', 'chat completion answer')
export const parseCompletionAnswer = parserOf(CompletionAnswer, 'PROTO_SHAPE', 'completion answer')

/** The text of an answer of either kind. */
export function textOf(answer: AnswerBody): string {
  const choice = answer.choices[0]
  if (choice === undefined) return ''
  return 'message' in choice ? choice.message.content : choice.text
}
