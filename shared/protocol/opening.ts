import { type Static, Type } from 'typebox'
import { sha256Hex } from '../util/sha256-hex.ts'
import { canonicalJson, type Json } from './canonical-json.ts'
import { Address, Base64, Hex32, Netuid, RequestId, Signature, UnixMs } from './fields.ts'
import { NoAnswerReason } from './no-answer-reason.ts'
import { parserOf } from './parser-of.ts'

const strict = { additionalProperties: false } as const

/** Where a validator asks a miner to open what a receipt committed to. */
export const openingsPath = '/v1/assay/openings'

/** Numbers that a row is projected to, at most: 2k bytes a token, so 16. */
export const maxProjected = 8
/** Rows shown whole, at most. */
export const maxFullRows = 16
/** Numbers in a row, at most. */
export const maxHidden = 65_536
/** Tokens of an answer, at most; a path through a tree over so many rows has 17 hashes. */
const maxRows = 131_072
const maxPath = Math.ceil(Math.log2(maxRows))
/** TOPLOC proofs of one answer: its chunks, each of 2 + 2k bytes. */
const maxProofs = 16_384
const proofChars = 4 * Math.ceil((2 + 2 * 1_024) / 3)

const drawn = {
  netuid: Netuid,
  /** Of the final receipt whose rows are to be opened. */
  receiptDigest: Hex32,
  /** Hash of the audit beacon's block, as the chain writes it: with the digest it fixes matrix and rows. */
  beacon: Type.String({ pattern: '^0x[0-9a-f]{1,128}$' }),
  k: Type.Integer({ minimum: 1, maximum: maxProjected }),
  fullRows: Type.Integer({ minimum: 0, maximum: maxFullRows }),
}

/** What a validator sends after the beacon of an answer that was drawn for audit. */
export const OpeningAsk = Type.Object({ ...drawn, withTopLoc: Type.Boolean() }, strict)
export type OpeningAsk = Static<typeof OpeningAsk>

/** The miner's signed answer: signed by the very key that signed the receipt, so that a contradiction between the two is its own. */
export const OpeningStatement = Type.Object(
  {
    version: Type.Literal('assay/opening/1'),
    ...drawn,
    requestId: RequestId,
    miner: Address,
    validator: Address,
    /** The receipt's own. */
    certificateDigest: Type.Union([Hex32, Type.Null()]),
    /** [rows, k] float16 patterns, low byte first, base64. */
    projections: Base64(4 * Math.ceil((maxRows * maxProjected * 2) / 3)),
    /** Each row that was drawn, ascending: its float16 patterns, low byte first, and the hashes from it to the root. */
    rows: Type.Array(
      Type.Object(
        {
          index: Type.Integer({ minimum: 0, maximum: maxRows - 1 }),
          bytes: Base64(4 * Math.ceil((2 * maxHidden) / 3)),
          path: Type.Array(Hex32, { maxItems: maxPath }),
        },
        strict,
      ),
      { maxItems: maxFullRows },
    ),
    /** TOPLOC proofs, one a chunk; null where none were asked for. */
    topLoc: Type.Union([Type.Array(Base64(proofChars), { maxItems: maxProofs }), Type.Null()]),
    signedMs: UnixMs,
  },
  strict,
)
export type OpeningStatement = Static<typeof OpeningStatement>

/** A statement with its signature; the certificate came with the receipt. */
export const SignedOpening = Type.Object({ statement: OpeningStatement, signature: Signature }, strict)
export type SignedOpening = Static<typeof SignedOpening>

/** What came back, as a validator stores it. */
export const OpeningArrival = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('opening'),
      statement: OpeningStatement,
      signature: Signature,
      elapsedMs: Type.Number({ minimum: 0 }),
      arrivedMs: UnixMs,
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('none'),
      reason: NoAnswerReason,
      detail: Type.String({ maxLength: 2_000 }),
      elapsedMs: Type.Number({ minimum: 0 }),
      /** True where the fault is the validator's own: the checks that need an opening are then left out. */
      ours: Type.Boolean(),
    },
    strict,
  ),
])
export type OpeningArrival = Static<typeof OpeningArrival>

/** One opening from question to answer: all that its checks read beside the exchange. */
export const OpeningRecord = Type.Object(
  {
    ask: OpeningAsk,
    /** Numbers in a row of the model, as the validator's reference has it. */
    hiddenSize: Type.Integer({ minimum: 1, maximum: maxHidden }),
    arrival: OpeningArrival,
  },
  strict,
)
export type OpeningRecord = Static<typeof OpeningRecord>

export const parseOpeningAsk = parserOf(OpeningAsk, 'PROTO_SHAPE', 'request for an opening')
export const parseSignedOpening = parserOf(SignedOpening, 'PROTO_SHAPE', 'opening')
export const parseOpeningRecord = parserOf(OpeningRecord, 'PROTO_SHAPE', 'stored opening')

/** The bytes that a miner signs: the canonical JSON (its version member separates it from every other signed text). */
export function openingBytes(statement: OpeningStatement): Uint8Array {
  return Buffer.from(canonicalJson(statement))
}

/** SHA-256 of an opening's record: what a verdict names it by. */
export function openingDigest(record: OpeningRecord): string {
  return sha256Hex(canonicalJson(record as unknown as Json))
}
