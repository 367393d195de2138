import { sha256Hex } from '../util/sha256-hex.ts'
import { canonicalJson, type Json } from './canonical-json.ts'

/** SHA-256 of a value's canonical JSON, as 64 hex digits. */
export function digestJson(value: Json): string {
  return sha256Hex(canonicalJson(value))
}
