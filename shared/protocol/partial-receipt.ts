import { type Static, Type } from 'typebox'
import { sha256Hex } from '../util/sha256-hex.ts'
import { canonicalJson } from './canonical-json.ts'
import { exchangeFields } from './exchange-fields.ts'
import { Hex32, UnixMs } from './fields.ts'

/** Tokens between two partial receipts of a stream. */
export const tokensPerPartial = 32

/**
 * What a miner signs in the middle of a stream: the first `tokens` tokens of the answer. It stands for the answer where no final
 * receipt comes. Numbered inside its answer: it takes no place in the sequence of the pair.
 */
export const PartialReceipt = Type.Object(
  {
    version: Type.Literal('assay/partial/1'),
    ...exchangeFields,
    /** 1 for the first of its answer, then one more each. */
    part: Type.Integer({ minimum: 1, maximum: 131_072 }),
    tokens: Type.Integer({ minimum: 1, maximum: 131_072 }),
    /** The stream's digest after so many tokens. */
    streamDigest: Hex32,
    times: Type.Object({ receivedMs: UnixMs, startedMs: UnixMs, signedMs: UnixMs }, { additionalProperties: false }),
  },
  { additionalProperties: false },
)
export type PartialReceipt = Static<typeof PartialReceipt>

/** The bytes that a miner signs: the canonical JSON (its version member separates it from every other signed text). */
export function partialReceiptBytes(receipt: PartialReceipt): Uint8Array {
  return new TextEncoder().encode(canonicalJson(receipt))
}

/** SHA-256 of the signed bytes. */
export function partialReceiptDigest(receipt: PartialReceipt): string {
  return sha256Hex(partialReceiptBytes(receipt))
}
