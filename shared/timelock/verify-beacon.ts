import { bls12_381 } from '@noble/curves/bls12-381'
import { roundPoint } from './round-point.ts'

/** One published round of a beacon: its signature is 48 bytes, a compressed point of G1. */
export interface BeaconRound {
  readonly round: bigint
  readonly signature: Uint8Array
}

/** Says whether a beacon signed a round; bytes that are no points count as no. */
export function verifyBeacon(beaconPublicKey: Uint8Array, { round, signature }: BeaconRound): boolean {
  try {
    return bls12_381.shortSignatures.verify(signature, roundPoint(round), beaconPublicKey)
  } catch {
    return false
  }
}
