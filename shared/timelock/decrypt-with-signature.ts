import { createDecipheriv } from 'node:crypto'
import { bls12_381 } from '@noble/curves/bls12-381'
import { AssayError } from '../errors/assay-error.ts'
import { decodeCiphertext } from './ciphertext-bytes.ts'
import { deriveScalar, hashPairing, sha256, xor } from './key-derivation.ts'

const tagBytes = 16

/**
 * Opens a timelocked message with the beacon's signature of its round (48 bytes): sigma = V xor sha256(e(signature, U)),
 * key = W xor sha256(sigma). Throws TIMELOCK_CIPHERTEXT where the bytes, the round or the beacon are others.
 */
export function decryptWithSignature(ciphertext: Uint8Array, signature: Uint8Array): Uint8Array {
  const { u, v, w, sealed, nonce } = decodeCiphertext(ciphertext)
  if (v.length !== 32 || w.length !== 32) throw closed(`its key parts have ${v.length} and ${w.length} bytes instead of 32`)
  const point = attempt('its U is no point of G2', () => bls12_381.G2.Point.fromHex(u))
  const opener = attempt("the round's signature is no point of G1", () => bls12_381.G1.Point.fromHex(signature))
  const pairing = attempt('U or the signature is the point at infinity', () => bls12_381.pairing(opener, point))
  const sigma = xor(v, hashPairing(pairing))
  const key = xor(w, sha256(sigma))
  // U commits to the key: without this check anyone could turn one message into another that opens too.
  const expected = attempt('its key is not the one that U commits to', () => bls12_381.G2.Point.BASE.multiply(deriveScalar(sigma, key)))
  if (!expected.equals(point)) throw closed('its key is not the one that U commits to')
  return attempt('its body was changed', () => unseal(key, nonce, sealed))
}

function unseal(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  return Uint8Array.from(Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]))
}

function attempt<T>(problem: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw new AssayError('TIMELOCK_CIPHERTEXT', { problem }, { cause: error })
  }
}

function closed(problem: string): AssayError {
  return new AssayError('TIMELOCK_CIPHERTEXT', { problem })
}
