import { createCipheriv } from 'node:crypto'
import { bls12_381 } from '@noble/curves/bls12-381'
import { AssayError } from '../errors/assay-error.ts'
import { encodeCiphertext } from './ciphertext-bytes.ts'
import { deriveScalar, hashPairing, sha256, xor } from './key-derivation.ts'
import { roundPoint } from './round-point.ts'

export interface EncryptToRound {
  readonly message: Uint8Array
  /** The round whose signature will open the message; below 2^64. */
  readonly round: bigint
  /** 96 bytes, as Drand.BeaconConfig has it. */
  readonly beaconPublicKey: Uint8Array
  /** Gives as many fresh random bytes as asked; called three times. */
  readonly random: (sizeBytes: number) => Uint8Array
}

/**
 * Encrypts a message so that nobody can read it before the beacon signs the round, in the form that Subtensor opens: the message by
 * AES-256-GCM under a random key, the key by identity-based encryption with the round as identity (U = rG, V = sigma xor
 * sha256(e(Q, r pk)), W = key xor sha256(sigma)). The result is 244 bytes longer than the message. Throws TIMELOCK_KEY.
 */
export function encryptToRound({ message, round, beaconPublicKey, random }: EncryptToRound): Uint8Array {
  const publicKey = readPublicKey(beaconPublicKey)
  const key = random(32)
  const nonce = random(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const sealed = Buffer.concat([cipher.update(message), cipher.final(), cipher.getAuthTag()])

  const sigma = sha256(random(32))
  const r = deriveScalar(sigma, key)
  const shared = bls12_381.pairing(roundPoint(round), publicKey.multiply(r))
  return encodeCiphertext({
    u: bls12_381.G2.Point.BASE.multiply(r).toBytes(true),
    v: xor(sigma, hashPairing(shared)),
    w: xor(key, sha256(sigma)),
    sealed,
    nonce,
  })
}

function readPublicKey(bytes: Uint8Array) {
  try {
    const point = bls12_381.G2.Point.fromHex(bytes)
    if (point.is0()) throw new RangeError('the point at infinity')
    return point
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new AssayError('TIMELOCK_KEY', { sizeBytes: bytes.length, problem }, { cause: error })
  }
}
