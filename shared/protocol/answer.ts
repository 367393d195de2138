import { type Static, Type } from 'typebox'
import { SignedCertificate } from './certificate.ts'
import { ChatLogProbs, CompletionLogProbs } from './choice-log-probs.ts'
import { Base64, Signature } from './fields.ts'
import { parserOf } from './parser-of.ts'
import { Receipt } from './receipt.ts'
import { Usage } from './usage.ts'

const text = Type.String({ maxLength: 4_000_000 })
const finishReason = Type.Union([Type.Literal('stop'), Type.Literal('length')])
/** The member `assay` of an answer: the receipt, its signature, the certificate of the key that signed it unless the hotkey did, and the bulk values whose digests it holds. */
export const AssayAnswer = Type.Object(
  { receipt: Receipt, signature: Signature, certificate: Type.Optional(SignedCertificate), logProbs: Base64(700_000) },
  { additionalProperties: false },
)
export type AssayAnswer = Static<typeof AssayAnswer>

const common = {
  id: Type.String({ maxLength: 200 }),
  created: Type.Integer(),
  model: Type.String({ maxLength: 200 }),
  usage: Usage,
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
      logprobs: Type.Optional(ChatLogProbs),
    }),
    { minItems: 1, maxItems: 1 },
  ),
})
export type ChatAnswer = Static<typeof ChatAnswer>

export const CompletionAnswer = Type.Object({
  ...common,
  object: Type.Literal('text_completion'),
  choices: Type.Array(
    Type.Object({ index: Type.Integer(), text, finish_reason: finishReason, logprobs: Type.Optional(CompletionLogProbs) }),
    { minItems: 1, maxItems: 1 },
  ),
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
