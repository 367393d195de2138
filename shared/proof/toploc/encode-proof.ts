import { fieldPrime } from './field.ts'

export interface TopLocProof {
  /** What indices are reduced by, 1 to 65,497. */
  readonly modulus: number
  /** Ascending, each below 65,497. */
  readonly coefficients: readonly number[]
}

/** The modulus, then the coefficients in ascending order, each as two bytes, high byte first. */
export function encodeProof({ modulus, coefficients }: TopLocProof): Uint8Array {
  const bytes = new Uint8Array(2 + 2 * coefficients.length)
  for (const [place, value] of [modulus, ...coefficients].entries()) {
    bytes[2 * place] = value >> 8
    bytes[2 * place + 1] = value & 0xff
  }
  return bytes
}

/**
 * Reads a stranger's proof of k values; null where it is none: wrong length, a modulus outside 1..65,497 (a null proof has 0), or a
 * coefficient outside the field.
 */
export function parseProof(bytes: Uint8Array, k: number): TopLocProof | null {
  if (bytes.length !== 2 + 2 * k) return null
  const wordAt = (place: number) => ((bytes[2 * place] ?? 0) << 8) | (bytes[2 * place + 1] ?? 0)
  const modulus = wordAt(0)
  if (modulus === 0 || modulus > fieldPrime) return null
  const coefficients = Array.from({ length: k }, (_, power) => wordAt(power + 1))
  return coefficients.every(coefficient => coefficient < fieldPrime) ? { modulus, coefficients } : null
}
