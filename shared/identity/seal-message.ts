import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'

/** A message's place under its key; one place is used once. */
export interface SealPlace {
  /** Of the request that it is, or answers. */
  readonly counter: number
  /** Position in a stream of pieces; 0 for what comes whole. */
  readonly piece: number
  /** Nothing follows: a stream that is cut off shows. */
  readonly last: boolean
}

/** Bytes that sealing adds. */
export const tagBytes = 16
const lastFlag = 0x8000_0000

/** AES-256-GCM over a message: ciphertext, then the 16-byte tag. `bound` is what the message must be read with, e.g. its path. */
export function sealMessage(key: KeyObject, place: SealPlace, bound: string, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(place))
  cipher.setAAD(Buffer.from(bound))
  const sealed = cipher.update(plain)
  // It gives no more bytes in this mode, but the tag is there only then.
  cipher.final()
  return Buffer.concat([sealed, cipher.getAuthTag()])
}

/** The message behind sealed bytes; null where a single bit of them, their place or what they are bound to differs. */
export function openMessage(key: KeyObject, place: SealPlace, bound: string, sealed: Uint8Array): Buffer | null {
  const end = sealed.length - tagBytes
  if (end < 0) return null
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(place))
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
    return plain
  } catch {
    return null
  }
}

/** 12 bytes: piece and last flag, then the counter; unique under a key because each direction has its own. */
function nonceOf({ counter, piece, last }: SealPlace): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(last ? piece + lastFlag : piece, 0)
  nonce.writeUIntBE(counter, 6, 6)
  return nonce
}
