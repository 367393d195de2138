import { type Static, Type } from 'typebox'
import { exchangeFields } from './exchange-fields.ts'
import { Base64, Hex32, UnixMs } from './fields.ts'
import { parserOf } from './parser-of.ts'

/** The miner's signed statement of one exchange; every later decision reads this object and nothing else. */
export const Receipt = Type.Object(
  {
    version: Type.Literal('assay/receipt/1'),
    ...exchangeFields,
    /** The answer's token ids as u32 little-endian, base64. */
    tokenIds: Base64(700_000),
    finishReason: Type.Union([Type.Literal('stop'), Type.Literal('length')]),
    /** SHA-256 of the answer's text in UTF-8. */
    textDigest: Hex32,
    /** SHA-256 of the log-probabilities of the chosen tokens as f32 little-endian. */
    logProbsDigest: Hex32,
    /** Merkle root over the last hidden rows as float16, one leaf a token; null where the engine cannot see them. */
    hiddenRoot: Type.Union([Hex32, Type.Null()]),
    /** SHA-256 of the TOPLOC proofs in a row; null where none were asked for or can be built. */
    toplocDigest: Type.Union([Hex32, Type.Null()]),
    times: Type.Object({ receivedMs: UnixMs, startedMs: UnixMs, finishedMs: UnixMs }, { additionalProperties: false }),
    /** Counts the final receipts of this (miner, validator) pair, from any number on; gaps are excused, a number given twice is not. */
    sequence: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    /** Digest of the receipt before it in the pair's sequence; 64 zeros in the first. */
    previousDigest: Hex32,
  },
  { additionalProperties: false },
)
export type Receipt = Static<typeof Receipt>

export const parseReceipt = parserOf(Receipt, 'PROTO_SHAPE', 'receipt')
