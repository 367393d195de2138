import { type Static, Type } from 'typebox'
import { parserOf } from '../../protocol/parser-of.ts'

// What OpenAI-compatible engines answer, as far as it is read here; they add fields of their own at will.
const logProb = Type.Union([Type.Number(), Type.Null()])
const tokenId = Type.Integer({ minimum: 0, maximum: 0x7fff_ffff })
const ranked = { id: Type.Optional(tokenId), logprob: Type.Number() }
const Content = Type.Array(Type.Object({ ...ranked, top_logprobs: Type.Optional(Type.Array(Type.Object(ranked))) }))
/** Log-probabilities: lists with one place a token (vLLM, SGLang), or one object a token with its id (llama.cpp's server). */
const LogProbs = Type.Object({
  content: Type.Optional(Type.Union([Content, Type.Null()])),
  tokens: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
  token_logprobs: Type.Optional(Type.Union([Type.Array(logProb), Type.Null()])),
  top_logprobs: Type.Optional(Type.Union([Type.Array(Type.Union([Type.Record(Type.String(), Type.Number()), Type.Null()])), Type.Null()])),
})
export type UpstreamLogProbs = Static<typeof LogProbs>

/** One chunk of a streamed completion. */
export const UpstreamChunk = Type.Object({
  choices: Type.Array(
    Type.Object({
      text: Type.Optional(Type.String()),
      token_ids: Type.Optional(Type.Union([Type.Array(tokenId), Type.Null()])),
      logprobs: Type.Optional(Type.Union([LogProbs, Type.Null()])),
      finish_reason: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    }),
    { maxItems: 1 },
  ),
})
export type UpstreamChunk = Static<typeof UpstreamChunk>
export const parseUpstreamChunk = parserOf(UpstreamChunk, 'PROTO_SHAPE', 'chunk of an upstream engine')

/** Log-probabilities of a prompt, as vLLM gives them: for each token but the first, entries by token id. */
export const UpstreamScore = Type.Object({
  choices: Type.Array(
    Type.Object({
      prompt_logprobs: Type.Optional(
        Type.Union([
          Type.Null(),
          Type.Array(Type.Union([Type.Null(), Type.Record(Type.String(), Type.Object({ logprob: Type.Number() }))])),
        ]),
      ),
    }),
    { minItems: 1, maxItems: 1 },
  ),
})
export const parseUpstreamScore = parserOf(UpstreamScore, 'PROTO_SHAPE', 'score of an upstream engine')

/** The models that an engine serves. */
export const UpstreamModels = Type.Object({ data: Type.Array(Type.Object({ id: Type.String() })) })
export const parseUpstreamModels = parserOf(UpstreamModels, 'PROTO_SHAPE', 'list of models of an upstream engine')
