import { type Static, Type } from 'typebox'
import { BlockNumber, Hex32, Netuid, RequestId } from './fields.ts'
import { parserOf } from './parser-of.ts'
import { Scope, StopStrings } from './sampling.ts'

/** The member `assay` of a request's body: what an OpenAI request lacks to be verifiable. */
export const AssayAsk = Type.Object(
  {
    requestId: RequestId,
    netuid: Netuid,
    manifestDigest: Hex32,
    requestSeed: Hex32,
    scope: Scope,
    choice: Type.Integer({ minimum: 0, maximum: 127 }),
    /** The receipt must be at the caller before this block exists. */
    deadlineBlock: BlockNumber,
    /** Milliseconds from arrival after which the caller no longer waits. */
    deadlineMs: Type.Integer({ minimum: 1, maximum: 600_000 }),
    /** The offer that the caller asks under: the miner's standing one, or the one before it; the standing one unless told. */
    offerDigest: Type.Optional(Hex32),
    /** The receipt is to commit to TOPLOC proofs of this shape: top values a chunk, and answer rows a chunk. */
    toploc: Type.Optional(
      Type.Object(
        { k: Type.Integer({ minimum: 1, maximum: 1_024 }), chunkRows: Type.Integer({ minimum: 1, maximum: 1_024 }) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type AssayAsk = Static<typeof AssayAsk>

/** How many of the likeliest tokens of each position are told. */
export const TopCount = Type.Integer({ minimum: 0, maximum: 20 })

const common = {
  model: Type.String({ minLength: 1, maxLength: 200 }),
  max_tokens: Type.Integer({ minimum: 1, maximum: 131_072 }),
  temperature: Type.Number({ minimum: 0, maximum: 2 }),
  top_k: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  stop: Type.Optional(Type.Union([StopStrings.items, StopStrings])),
  stream: Type.Optional(Type.Boolean()),
  stream_options: Type.Optional(Type.Object({ include_usage: Type.Optional(Type.Boolean()) }, { additionalProperties: false })),
  n: Type.Optional(Type.Literal(1)),
  assay: AssayAsk,
}

export const ChatMessage = Type.Object(
  {
    role: Type.Union([Type.Literal('system'), Type.Literal('user'), Type.Literal('assistant')]),
    content: Type.String({ maxLength: 1_000_000 }),
  },
  { additionalProperties: false },
)
export type ChatMessage = Static<typeof ChatMessage>

/** Body of POST /v1/chat/completions between a validator and a miner. */
export const ChatAsk = Type.Object(
  {
    ...common,
    messages: Type.Array(ChatMessage, { minItems: 1, maxItems: 1_000 }),
    logprobs: Type.Optional(Type.Boolean()),
    top_logprobs: Type.Optional(TopCount),
  },
  { additionalProperties: false },
)
export type ChatAsk = Static<typeof ChatAsk>

/** Body of POST /v1/completions: the prompt as text or as token ids. */
export const CompletionAsk = Type.Object(
  {
    ...common,
    logprobs: Type.Optional(TopCount),
    prompt: Type.Union([
      Type.String({ maxLength: 1_000_000 }),
      Type.Array(Type.Integer({ minimum: 0, maximum: 0x7fff_ffff }), { minItems: 1, maxItems: 131_072 }),
    ]),
  },
  { additionalProperties: false },
)
export type CompletionAsk = Static<typeof CompletionAsk>

export type Ask = ChatAsk | CompletionAsk

export const parseChatAsk = parserOf(ChatAsk, 'PROTO_SHAPE', 'chat completion request')
export const parseCompletionAsk = parserOf(CompletionAsk, 'PROTO_SHAPE', 'completion request')

/** The route that a body belongs to. */
export function routeOf(ask: Ask): '/v1/chat/completions' | '/v1/completions' {
  return 'messages' in ask ? '/v1/chat/completions' : '/v1/completions'
}

/** How many of the likeliest tokens of each position the answer tells beside the chosen one; null where no log-probabilities are wanted in its choices. */
export function topCountOf(ask: Ask): number | null {
  if (!('messages' in ask)) return ask.logprobs ?? null
  return ask.logprobs === true ? (ask.top_logprobs ?? 0) : null
}
