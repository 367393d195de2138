import { createHash } from 'node:crypto'
import { bls12_381 } from '@noble/curves/bls12-381'

/** The G1 point that a beacon of the scheme bls-unchained-g1-rfc9380 signs for a round: H(sha256(round as 8 big-endian bytes)). */
export function roundPoint(round: bigint): ReturnType<typeof bls12_381.shortSignatures.hash> {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(round)
  // The default domain of short signatures is the scheme's: BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_.
  return bls12_381.shortSignatures.hash(createHash('sha256').update(bytes).digest())
}
