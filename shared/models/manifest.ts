import { type Static, Type } from 'typebox'
import { Hex32 } from '../protocol/fields.ts'
import { parserOf } from '../protocol/parser-of.ts'

const strict = { additionalProperties: false } as const
const count = Type.Integer({ minimum: 1, maximum: 0x7fff_ffff })
const TokenId = Type.Integer({ minimum: 0, maximum: 0x7fff_ffff })

/** Most bytes of a shard: one is held in memory until its digest is right. */
export const maxShardBytes = 64 * 1024 * 1024

/** One file of an artefact; the path is relative to the manifest's folder and uses forward slashes. */
export const ManifestFile = Type.Object(
  {
    path: Type.String({ minLength: 1, maxLength: 500 }),
    sha256: Hex32,
    sizeBytes: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    /** SHA-256 of every `shardBytes` bytes in a row, the last ones fewer; a file without them is one shard. */
    shards: Type.Optional(Type.Array(Hex32, { minItems: 1, maxItems: 1_000_000 })),
  },
  strict,
)
export type ManifestFile = Static<typeof ManifestFile>

/** What the canary must see again: a chat, its prompt ids, its greedy answer and the best five logits of each answer position. */
export const KnownAnswer = Type.Object(
  {
    messages: Type.Array(
      Type.Object(
        { role: Type.Union([Type.Literal('system'), Type.Literal('user'), Type.Literal('assistant')]), content: Type.String() },
        strict,
      ),
      { minItems: 1 },
    ),
    promptTokenIds: Type.Array(TokenId, { minItems: 1 }),
    tokenIds: Type.Array(TokenId, { minItems: 1 }),
    /** [token id, logit] pairs, best first, one list for each position of `tokenIds`. */
    topLogits: Type.Array(Type.Array(Type.Tuple([TokenId, Type.Number()]), { minItems: 1 }), { minItems: 1 }),
  },
  strict,
)
export type KnownAnswer = Static<typeof KnownAnswer>

/** What an artefact is, byte for byte; its digest names the model in every request and receipt. */
export const Manifest = Type.Object(
  {
    version: Type.Literal('assay/manifest/1'),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    /** Family of the graph as Hugging Face names it (`model_type`); the layout of inputs and outputs is the same for all. */
    architecture: Type.String({ pattern: '^[a-zA-Z0-9_.-]{1,100}$' }),
    precision: Type.Union([Type.Literal('fp32'), Type.Literal('fp16'), Type.Literal('bf16'), Type.Literal('int8'), Type.Literal('int4')]),
    /** Sorted by path; holds every file that the loader reads, external data of the graph included. */
    files: Type.Array(ManifestFile, { minItems: 1, maxItems: 1_000 }),
    /** Bytes of a shard; needed where a file has shards. */
    shardBytes: Type.Optional(Type.Integer({ minimum: 1, maximum: maxShardBytes })),
    shapes: Type.Object(
      { layers: count, hidden: count, heads: count, kvHeads: count, headDim: count, vocab: count, context: count },
      strict,
    ),
    eosTokenIds: Type.Array(TokenId, { minItems: 1 }),
    bosTokenId: Type.Union([TokenId, Type.Null()]),
    knownAnswers: Type.Array(KnownAnswer),
    /** Largest deviation of a logit from the known one that another machine's rounding may cause. */
    tolerance: Type.Number({ exclusiveMinimum: 0 }),
    /** What the recipe measured, for people. */
    figures: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
  },
  strict,
)
export type Manifest = Static<typeof Manifest>

export const parseManifest = parserOf(Manifest, 'MODEL_MANIFEST_SHAPE', 'model manifest')
