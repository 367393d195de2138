import { type Static, type TSchema, Type } from 'typebox'
import { AuditReason } from './audit-reason.ts'
import { canonicalJson, type Json } from './canonical-json.ts'
import { SignedConviction } from './conviction.ts'
import { Address, BlockNumber, Hex32, Netuid, RequestId, Signature } from './fields.ts'
import { parserOf } from './parser-of.ts'
import { maxUnanswered, UnansweredReceipt } from './unanswered-receipt.ts'

const strict = { additionalProperties: false } as const
const optional = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])
const name = (maxLength: number) => Type.String({ minLength: 1, maxLength })

/** Plain values that let anybody repeat a decision. */
const evidence = Type.Record(
  Type.String({ pattern: '^[A-Za-z]{1,40}$' }),
  Type.Union([Type.Number(), Type.String({ maxLength: 20_000 }), Type.Null()]),
  {
    maxProperties: 32,
  },
)

/** What became of one request, as the judge says it. */
export const StatedVerdict = Type.Object(
  {
    requestId: RequestId,
    minerKey: name(80),
    kind: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('miss'), Type.Literal('unaudited'), Type.Literal('void')]),
    code: optional(name(60)),
    evidence,
    eValue: optional(Type.Number({ minimum: 0 })),
    stream: optional(name(300)),
    work: Type.Number({ minimum: 0 }),
    askedWork: Type.Number({ minimum: 0 }),
    auditRate: Type.Number({ minimum: 0, maximum: 1 }),
    auditReason: AuditReason,
    commitmentBlock: optional(BlockNumber),
  },
  strict,
)
export type StatedVerdict = Static<typeof StatedVerdict>

/**
 * What a validator signs for each request of a settled round: the verdict, and digests of everything that it follows from, so that who
 * holds these things can judge again and who changes one of them is found out. It says nothing of scores: those are sealed until they may be known.
 */
export const VerdictStatement = Type.Object(
  {
    version: Type.Literal('assay/verdict/1'),
    netuid: Netuid,
    validator: Address,
    /** The miner that was asked. */
    miner: Address,
    round: Type.Object(
      { number: BlockNumber, startBlock: BlockNumber, epoch: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }) },
      strict,
    ),
    /** SHA-256 of the canonical JSON of the exchange: request with its prompt, receipt, signature, certificate, bulk values, times. */
    exchangeDigest: Hex32,
    /** Of the receipt that was judged; null where nothing signed came. */
    receiptDigest: optional(Hex32),
    /** SHA-256 of the packed statistics of the reference run; null where none was needed or none could be made. */
    statisticsDigest: optional(Hex32),
    /** Of the record of the opening: what was asked and what came; left out where nothing was to be opened. */
    openingDigest: Type.Optional(Hex32),
    /** Of the subnet file. */
    scoringVersion: Hex32,
    /** null while the subnet has no calibration. */
    calibrationDigest: optional(Hex32),
    thresholds: Type.Object({ marginBound: Type.Number(), marginClip: Type.Number() }, strict),
    audit: Type.Object(
      {
        drawn: Type.Boolean(),
        /** SHA-256 of the epoch's secret, which is disclosed later. */
        secretHash: Hex32,
        /** The finalised block whose hash drew it; null where there was nothing to draw. */
        beacon: optional(Type.Object({ block: BlockNumber, hash: Type.String({ pattern: '^0x[0-9a-f]{1,128}$' }) }, strict)),
      },
      strict,
    ),
    referenceReady: Type.Boolean(),
    /** Digest of an earlier receipt of the miner under the same number. */
    earlierReceiptDigest: optional(Hex32),
    /** HMAC-SHA256(epoch secret, canonical JSON of the round's scores): they can be shown later, and not be changed meanwhile. */
    scoresSeal: Hex32,
    verdict: StatedVerdict,
  },
  strict,
)
export type VerdictStatement = Static<typeof VerdictStatement>

/** A statement with the signature of the validator's hotkey over its canonical JSON. */
export const SignedVerdict = Type.Object({ statement: VerdictStatement, signature: Signature }, strict)
export type SignedVerdict = Static<typeof SignedVerdict>

/** The bytes that a validator signs (the version member separates them from every other signed text). */
export function verdictBytes(statement: VerdictStatement): Uint8Array {
  return new TextEncoder().encode(canonicalJson(statement as unknown as Json))
}

/** What a miner asks for: its own verdicts after a place in their order, oldest first. */
export const VerdictsAsk = Type.Object(
  {
    netuid: Netuid,
    after: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    limit: Type.Integer({ minimum: 1, maximum: 100 }),
  },
  strict,
)
export type VerdictsAsk = Static<typeof VerdictsAsk>
export const parseVerdictsAsk = parserOf(VerdictsAsk, 'PROTO_SHAPE', 'request for verdicts')

/** Convictions that come with every page, at most. */
export const maxConvictionsTold = 10

/** A page of them; `next` is the `after` of the next page, null where this one is empty. */
export const VerdictsPage = Type.Object(
  {
    verdicts: Type.Array(SignedVerdict, { maxItems: 100 }),
    next: optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
    /** Receipts of the caller whose verdict is overdue. */
    unanswered: Type.Array(UnansweredReceipt, { maxItems: maxUnanswered }),
    /** The caller's last convictions, newest first. */
    convictions: Type.Array(SignedConviction, { maxItems: maxConvictionsTold }),
  },
  strict,
)
export type VerdictsPage = Static<typeof VerdictsPage>
export const parseVerdictsPage = parserOf(VerdictsPage, 'PROTO_SHAPE', 'page of verdicts')

/** Where a validator answers signed requests for verdicts. */
export const verdictsPath = '/v1/verdicts'
