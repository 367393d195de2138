import { type Static, Type } from 'typebox'
import { AssayAnswer } from './answer.ts'
import { ChatLogProbs, CompletionLogProbs } from './choice-log-probs.ts'
import { parserOf } from './parser-of.ts'
import { StreamChunk } from './stream-chunk.ts'
import { Usage } from './usage.ts'

const text = Type.String({ maxLength: 4_000_000 })
const finishReason = Type.Union([Type.Literal('stop'), Type.Literal('length'), Type.Null()])
const index = Type.Integer({ minimum: 0, maximum: 127 })

const common = {
  id: Type.String({ maxLength: 200 }),
  created: Type.Integer(),
  model: Type.String({ maxLength: 200 }),
  usage: Type.Optional(Type.Union([Usage, Type.Null()])),
  /** What a chunk of tokens states; in the last chunk the receipt. */
  assay: Type.Optional(Type.Union([StreamChunk, AssayAnswer])),
}

/** One event of a streamed chat: chunks of tokens, one that ends the choice, one with the usage, one with the receipt; then the text [DONE]. */
export const ChatChunk = Type.Object({
  ...common,
  object: Type.Literal('chat.completion.chunk'),
  choices: Type.Array(
    Type.Object({
      index,
      delta: Type.Object({ role: Type.Optional(Type.Literal('assistant')), content: Type.Optional(text) }),
      logprobs: Type.Optional(Type.Union([ChatLogProbs, Type.Null()])),
      finish_reason: finishReason,
    }),
    { maxItems: 1 },
  ),
})
export type ChatChunk = Static<typeof ChatChunk>

/** The same of a plain completion. */
export const CompletionChunk = Type.Object({
  ...common,
  object: Type.Literal('text_completion'),
  choices: Type.Array(
    Type.Object({ index, text, logprobs: Type.Optional(Type.Union([CompletionLogProbs, Type.Null()])), finish_reason: finishReason }),
    { maxItems: 1 },
  ),
})
export type CompletionChunk = Static<typeof CompletionChunk>

export type AnswerChunk = ChatChunk | CompletionChunk

export const parseChatChunk = parserOf(ChatChunk, 'PROTO_SHAPE', 'chat completion chunk')
export const parseCompletionChunk = parserOf(CompletionChunk, 'PROTO_SHAPE', 'completion chunk')

/** What ends a stream that came through whole. */
export const lastEventData = '[DONE]'
