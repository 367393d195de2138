import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'

/** An ed25519 key that lives in memory alone. */
export interface Ed25519Key {
  /** 32 bytes as hex. */
  readonly publicHex: string
  /** 64 bytes. */
  sign(message: Uint8Array): Buffer
}

// The DER of an ed25519 public key is this and its 32 bytes (RFC 8410).
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** Makes a fresh key. */
export function createEd25519Key(): Ed25519Key {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const der = publicKey.export({ format: 'der', type: 'spki' })
  return {
    publicHex: der.subarray(derPrefix.length).toString('hex'),
    sign: message => sign(null, message, privateKey),
  }
}

/** Whether the signature (64 bytes) over the message is of the ed25519 key (64 hex digits); false for whatever is malformed. */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicHex: string): boolean {
  const key = publicKeyOf(publicHex)
  return key !== null && signature.length === 64 && verify(null, message, key, signature)
}

// Reading a key costs as much as half a check, and a miner signs with one key for hours.
const keys = new Map<string, KeyObject | null>()
const maxKeys = 1_024

function publicKeyOf(publicHex: string): KeyObject | null {
  const known = keys.get(publicHex)
  if (known !== undefined) return known
  if (!/^[0-9a-f]{64}$/.test(publicHex)) return null
  if (keys.size >= maxKeys) keys.clear()
  const key = readKey(publicHex)
  keys.set(publicHex, key)
  return key
}

function readKey(publicHex: string): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.concat([derPrefix, Buffer.from(publicHex, 'hex')]), format: 'der', type: 'spki' })
  } catch {
    return null
  }
}
