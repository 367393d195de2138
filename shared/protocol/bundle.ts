import { type Static, Type } from 'typebox'
import { SubnetFile } from '../subnet/subnet-file.ts'
import { ChatAsk, CompletionAsk } from './ask.ts'
import { SignedCertificate } from './certificate.ts'
import { Address, Base64, BlockNumber, Hex32, Signature, UnixMs } from './fields.ts'
import { NoAnswerReason } from './no-answer-reason.ts'
import { SignedOffer } from './offer.ts'
import { OpeningRecord } from './opening.ts'
import { parserOf } from './parser-of.ts'
import { PartialReceipt } from './partial-receipt.ts'
import { Receipt } from './receipt.ts'
import { SignedVerdict } from './verdict-statement.ts'

const strict = { additionalProperties: false } as const
const elapsedMs = Type.Number({ minimum: 0 })
const reason = NoAnswerReason
const detail = Type.String({ maxLength: 100_000 })
const signed = {
  signature: Signature,
  /** Of the key that signed; null where the hotkey did. */
  certificate: Type.Union([SignedCertificate, Type.Null()]),
  elapsedMs,
  arrivedBlock: BlockNumber,
  arrivedMs: UnixMs,
}

/** What came back: an answer with its receipt, a stream that was cut off after a partial receipt, or nothing. */
const arrival = Type.Union([
  Type.Object(
    { kind: Type.Literal('answer'), receipt: Receipt, ...signed, logProbs: Base64(700_000), text: Type.String({ maxLength: 4_000_000 }) },
    strict,
  ),
  Type.Object({ kind: Type.Literal('partial'), receipt: PartialReceipt, ...signed, tokenIds: Base64(700_000), reason, detail }, strict),
  Type.Object({ kind: Type.Literal('none'), reason, detail, elapsedMs, ours: Type.Boolean() }, strict),
])

/** A request with its prompt and what came back; the miner's address is left out, because nothing is judged by it. */
export const BundledExchange = Type.Object(
  {
    round: BlockNumber,
    miner: Type.Object(
      { uid: Type.Integer({ minimum: 0, maximum: 0xffff }), hotkey: Address, coldkey: Address, registeredAtBlock: BlockNumber },
      strict,
    ),
    ask: Type.Union([ChatAsk, CompletionAsk]),
    promptIds: Type.Array(Type.Integer({ minimum: 0, maximum: 0x7fff_ffff }), { maxItems: 131_072 }),
    askedWork: Type.Number({ minimum: 0 }),
    sentBlock: BlockNumber,
    /** The miner's offer that it was asked under, and others that contradict each other. */
    offers: Type.Optional(Type.Array(SignedOffer, { minItems: 1, maxItems: 4 })),
    arrival,
  },
  strict,
)
export type BundledExchange = Static<typeof BundledExchange>

const packed = Base64(1_500_000)

/**
 * All that anybody needs to judge one answer again: `assay validator export` writes it, `assay verify` reads it. What is null is not
 * known yet (the secret, before the chain discloses it) or never was (statistics, where no reference run was needed).
 */
export const Bundle = Type.Object(
  {
    version: Type.Literal('assay/bundle/1'),
    exchange: BundledExchange,
    /** What the validator's own reference run said of each token, as base64 of f64 little-endian. */
    statistics: Type.Union([
      Type.Object(
        {
          ...{ margins: packed, logProbs: packed, entropies: packed, surprisals: packed, endProbabilities: packed },
          /** Of the opened rows: the distance of each, and three differences a TOPLOC chunk. */
          ...{ fingerprint: Type.Optional(packed), topLoc: Type.Optional(packed) },
        },
        strict,
      ),
      Type.Null(),
    ]),
    /** What was asked of the miner's commitment and what came; left out where nothing was to be opened. */
    opening: Type.Optional(OpeningRecord),
    /** The subnet file in force: its digest is the scoring version. */
    subnet: SubnetFile,
    /** The chain's commitment to the secret that drew the audit, made before the round began: field 0 of it begins with this hash. */
    commitment: Type.Union([Type.Object({ block: BlockNumber, secretHash: Hex32 }, strict), Type.Null()]),
    /** The epoch's audit secret, once the chain has disclosed it. */
    secret: Type.Union([Hex32, Type.Null()]),
    /** The round's scores by miner key, once the weights that they fed are public and the secret is disclosed. */
    scores: Type.Union([
      Type.Record(Type.String({ pattern: '^[1-9A-HJ-NP-Za-km-z]{47,48}@\\d{1,10}$' }), Type.Number(), { maxProperties: 65_536 }),
      Type.Null(),
    ]),
    verdict: SignedVerdict,
  },
  strict,
)
export type Bundle = Static<typeof Bundle>

/** Bytes of a bundle's file that are read, at most. */
export const maxBundleBytes = 64 * 1024 * 1024

export const parseBundle = parserOf(Bundle, 'PROTO_SHAPE', 'bundle')
