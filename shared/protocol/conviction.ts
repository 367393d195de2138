import { type Static, type TSchema, Type } from 'typebox'
import { canonicalJson, type Json } from './canonical-json.ts'
import { Address, BlockNumber, Hex32, Netuid, RequestId, Signature } from './fields.ts'
import { parserOf } from './parser-of.ts'

const strict = { additionalProperties: false } as const
const optional = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])
const name = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const streams = <S extends TSchema>(schema: S) => Type.Record(Type.String({ pattern: '^.{1,300}$' }), schema, { maxProperties: 1_024 })
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** Verdicts that a conviction lists at most; what came before them stands in `before`. */
export const maxConvictingVerdicts = 200

/** A verdict that a conviction rests on: whoever holds it, or asks the convict for it, can judge it again. */
export const ConvictingVerdict = Type.Object(
  {
    requestId: RequestId,
    /** SHA-256 of the canonical JSON of the signed statement. */
    verdictDigest: Hex32,
    receiptDigest: optional(Hex32),
    kind: name(20),
    code: optional(name(60)),
    eValue: optional(Type.Number({ minimum: 0 })),
    stream: optional(name(300)),
  },
  strict,
)
export type ConvictingVerdict = Static<typeof ConvictingVerdict>

/**
 * What a validator signs when it convicts a miner: who, when, for how long, and the arithmetic that led there, so that anybody can do it
 * again. Evidence is the weighted mean over the streams of their e-processes; the process of each stream goes on from `before` through the
 * listed e-values, in their order.
 */
export const ConvictionStatement = Type.Object(
  {
    version: Type.Literal('assay/conviction/1'),
    netuid: Netuid,
    validator: Address,
    miner: Address,
    minerKey: name(80),
    coldkey: Address,
    round: Type.Object({ number: BlockNumber, startBlock: BlockNumber, epoch: count }, strict),
    /** Block of the settlement; the score is zero before `untilBlock`. */
    block: BlockNumber,
    untilBlock: BlockNumber,
    /** A verdict `fail`; evidence of 1/alpha; or evidence that was reached in an earlier round in which most miners failed. */
    reason: Type.Union([Type.Literal('fail'), Type.Literal('evidence'), Type.Literal('pending')]),
    alpha: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    shares: Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 1 }), { minItems: 1, maxItems: 64 }),
    weights: streams(Type.Number({ minimum: 0, maximum: 1 })),
    /** At the crossing of 1/alpha; null for a fail without one. */
    evidence: optional(Type.Number({ minimum: 0 })),
    before: streams(Type.Object({ n: count, mixture: Type.Array(Type.Number({ minimum: 0 }), { maxItems: 64 }) }, strict)),
    verdicts: Type.Array(ConvictingVerdict, { maxItems: maxConvictingVerdicts }),
    scoringVersion: Hex32,
    calibrationDigest: optional(Hex32),
  },
  strict,
)
export type ConvictionStatement = Static<typeof ConvictionStatement>

/** A conviction with the signature of the validator's hotkey over its canonical JSON. */
export const SignedConviction = Type.Object({ statement: ConvictionStatement, signature: Signature }, strict)
export type SignedConviction = Static<typeof SignedConviction>
export const parseSignedConviction = parserOf(SignedConviction, 'PROTO_SHAPE', 'conviction')

/** The bytes that a validator signs (the version member separates them from every other signed text). */
export function convictionBytes(statement: ConvictionStatement): Uint8Array {
  return new TextEncoder().encode(canonicalJson(statement as unknown as Json))
}
