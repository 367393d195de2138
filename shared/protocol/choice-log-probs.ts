import { type Static, Type } from 'typebox'

const tokenText = Type.String({ maxLength: 10_000 })
const named = {
  token: tokenText,
  logprob: Type.Number(),
  /** UTF-8 of the token's text; null where it is not a whole number of characters. */
  bytes: Type.Union([Type.Array(Type.Integer({ minimum: 0, maximum: 255 })), Type.Null()]),
}

/** Log-probabilities in the choice of a chat. */
export const ChatLogProbs = Type.Object({
  content: Type.Array(Type.Object({ ...named, top_logprobs: Type.Array(Type.Object(named), { maxItems: 20 }) })),
})
export type ChatLogProbs = Static<typeof ChatLogProbs>

/** Log-probabilities in the choice of a plain completion. */
export const CompletionLogProbs = Type.Object({
  tokens: Type.Array(tokenText),
  token_logprobs: Type.Array(Type.Number()),
  top_logprobs: Type.Array(Type.Record(Type.String(), Type.Number())),
  /** Index of each token's first character in the choice's text. */
  text_offset: Type.Array(Type.Integer({ minimum: 0 })),
})
export type CompletionLogProbs = Static<typeof CompletionLogProbs>
