import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'

/** A key for one agreement; it lives in memory alone. */
export interface X25519Key {
  /** 32 bytes as hex. */
  readonly publicHex: string
  /** The 32-byte secret shared with the owner of the other key; null where that key is none, or one of the few that make every secret zero. */
  agree(otherHex: string): Buffer | null
}

// The DER of an X25519 public key is this and its 32 bytes (RFC 8410).
const derPrefix = Buffer.from('302a300506032b656e032100', 'hex')

/** Makes a fresh key. */
export function createX25519Key(): X25519Key {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const der = publicKey.export({ format: 'der', type: 'spki' })
  return {
    publicHex: der.subarray(derPrefix.length).toString('hex'),
    agree(otherHex) {
      if (!/^[0-9a-f]{64}$/.test(otherHex)) return null
      try {
        const other = createPublicKey({ key: Buffer.concat([derPrefix, Buffer.from(otherHex, 'hex')]), format: 'der', type: 'spki' })
        return diffieHellman({ privateKey, publicKey: other })
      } catch {
        return null
      }
    },
  }
}
