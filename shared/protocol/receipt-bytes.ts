import { sha256Hex } from '../util/sha256-hex.ts'
import { canonicalJson } from './canonical-json.ts'
import type { Receipt } from './receipt.ts'

/** The bytes that a miner signs: the receipt's canonical JSON (its version member separates it from every other signed text). */
export function receiptBytes(receipt: Receipt): Uint8Array {
  return Buffer.from(canonicalJson(receipt))
}

/** SHA-256 of the signed bytes: the receipt's name everywhere else. */
export function receiptDigest(receipt: Receipt): string {
  return sha256Hex(receiptBytes(receipt))
}
