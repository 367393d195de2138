import { type Static, Type } from 'typebox'
import { sha256Hex } from '../util/sha256-hex.ts'
import { SignedBenchmark } from './benchmark.ts'
import { canonicalJson } from './canonical-json.ts'
import { Address, Hex32, Netuid, Signature } from './fields.ts'
import { parserOf } from './parser-of.ts'

const strict = { additionalProperties: false } as const

/** A validator keeps the offer with every request that it sends under it. */
export const maxOfferBytes = 8_192
export const maxOfferedModels = 24

/** What kind of thing runs: a graph, a GGUF file, or a server that is somebody else's program. */
export const Artefact = Type.Union([Type.Literal('onnx'), Type.Literal('gguf'), Type.Literal('upstream')])
export type Artefact = Static<typeof Artefact>

/** What the model weights are stored in. */
export const Precision = Type.Union([
  Type.Literal('fp32'),
  Type.Literal('fp16'),
  Type.Literal('bf16'),
  Type.Literal('int8'),
  Type.Literal('int4'),
])
export type Precision = Static<typeof Precision>

/** One model of an offer: artefact and precision are its class. */
export const OfferedModel = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 200 }),
    manifestDigest: Hex32,
    artefact: Artefact,
    precision: Precision,
    /** Output tokens per second of the miner's own benchmark; null where it made none. */
    capacity: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    /** SHA-256 of the bytes that the benchmark's signature is over; null where there is none. */
    benchmarkDigest: Type.Union([Hex32, Type.Null()]),
  },
  strict,
)
export type OfferedModel = Static<typeof OfferedModel>

const word = (maxLength: number) => Type.String({ maxLength, pattern: '^[a-z0-9-]*$' })

/** A miner's statement for one epoch: what it serves, how fast and at what price. It holds no time, so that one who states the same again signs the same bytes. */
export const Offer = Type.Object(
  {
    version: Type.Literal('assay/offer/1'),
    netuid: Netuid,
    miner: Address,
    /** Number of the subnet's epoch. */
    epoch: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    models: Type.Array(OfferedModel, { minItems: 1, maxItems: maxOfferedModels }),
    /** Rao for a million output tokens; 0 where nothing is asked beyond emission. */
    priceRao: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    /** Where it runs, in the miner's own words; empty where it does not say. */
    region: word(40),
    /** What service it means to give, in the subnet's words. */
    tier: word(40),
  },
  strict,
)
export type Offer = Static<typeof Offer>

/** An offer with the hotkey's signature over its canonical JSON. */
export const SignedOffer = Type.Object({ offer: Offer, signature: Signature }, strict)
export type SignedOffer = Static<typeof SignedOffer>

/** What a miner shows to everybody: the standing offer, the one before it, and the benchmark that the first names. */
export const OfferPage = Type.Object(
  {
    offers: Type.Array(SignedOffer, { minItems: 1, maxItems: 2 }),
    benchmark: Type.Union([SignedBenchmark, Type.Null()]),
  },
  strict,
)
export type OfferPage = Static<typeof OfferPage>

/** Reads what a miner shows. Throws PROTO_SHAPE. */
export const parseOfferPage = parserOf(OfferPage, 'PROTO_SHAPE', 'offer')

/** Where a miner shows its offer. */
export const offerPath = '/v1/assay/offer'

/** The bytes that the hotkey signs (the version member separates them from every other signed text). */
export function offerBytes(offer: Offer): Uint8Array {
  return new TextEncoder().encode(canonicalJson(offer))
}

/** SHA-256 of the signed bytes: the offer's name in requests and receipts. */
export function offerDigest(offer: Offer): string {
  return sha256Hex(offerBytes(offer))
}
