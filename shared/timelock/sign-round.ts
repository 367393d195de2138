import { bls12_381 } from '@noble/curves/bls12-381'
import { roundPoint } from './round-point.ts'

/** A beacon's signature of a round, 48 bytes: secret x the round's point. `secret` is a big-endian scalar of 32 bytes. */
export function signRound(secret: Uint8Array, round: bigint): Uint8Array {
  return bls12_381.shortSignatures.sign(roundPoint(round), secret).toBytes(true)
}

/** The public key of a beacon's secret, 96 bytes: secret x the generator of G2. */
export function beaconPublicKeyOf(secret: Uint8Array): Uint8Array {
  return bls12_381.shortSignatures.getPublicKey(secret).toBytes(true)
}
