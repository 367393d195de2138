import { createHash } from 'node:crypto'
import { bls12_381 } from '@noble/curves/bls12-381'

/** An element of the pairing's target group. */
export type PairingValue = ReturnType<typeof bls12_381.pairing>

/** SHA-256 over the parts one after the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return Uint8Array.from(hash.digest())
}

/** r = sha256(sigma | key) as a big-endian number, modulo the order of the groups. */
export function deriveScalar(sigma: Uint8Array, key: Uint8Array): bigint {
  return bls12_381.fields.Fr.create(BigInt(`0x${Buffer.from(sha256(sigma, key)).toString('hex')}`))
}

/** sha256 of a pairing's value: its 12 coefficients of 48 little-endian bytes each, c0.c0.c0, c0.c0.c1, c0.c1.c0 and so on to c1.c2.c1. */
export function hashPairing({ c0, c1 }: PairingValue): Uint8Array {
  const coefficients = [c0, c1].flatMap(half => [half.c0, half.c1, half.c2]).flatMap(pair => [pair.c0, pair.c1])
  return sha256(...coefficients.map(littleEndian))
}

/** Both of the same length, byte by byte. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0))
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(96, '0'), 'hex').reverse())
}
