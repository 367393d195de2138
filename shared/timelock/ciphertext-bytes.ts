import { AssayError } from '../errors/assay-error.ts'

/** A timelocked message, part by part. U, V and W carry the key; the body is AES-256-GCM. */
export interface TimelockCiphertext {
  /** A compressed point of G2, 96 bytes. */
  readonly u: Uint8Array
  /** 32 bytes. */
  readonly v: Uint8Array
  /** 32 bytes. */
  readonly w: Uint8Array
  /** The encrypted message followed by the tag of 16 bytes. */
  readonly sealed: Uint8Array
  /** 12 bytes. */
  readonly nonce: Uint8Array
}

/** Bytes that a timelocked message is longer than the message itself. */
export const timelockOverheadBytes = 244

/** The name of the one cipher suite. */
const suite = Buffer.from('AES_GCM_', 'ascii')
const pointBytes = 96

/**
 * The bytes that the chain reads: U | len V | len W | len body | len suite, where every length is 8 little-endian bytes before its
 * part and the body is again: len sealed | len nonce.
 */
export function encodeCiphertext({ u, v, w, sealed, nonce }: TimelockCiphertext): Uint8Array {
  const body = Buffer.concat([counted(sealed), counted(nonce)])
  return Uint8Array.from(Buffer.concat([u, counted(v), counted(w), counted(body), counted(suite)]))
}

/** Takes timelocked bytes apart; throws TIMELOCK_CIPHERTEXT. Bytes after the end are ignored, as the chain ignores them. */
export function decodeCiphertext(bytes: Uint8Array): TimelockCiphertext {
  const outer = new Parts(bytes)
  const u = outer.take(pointBytes)
  const v = outer.counted()
  const w = outer.counted()
  const body = new Parts(outer.counted())
  if (!suite.equals(outer.counted())) throw malformed('its cipher suite is not AES_GCM_')
  return { u, v, w, sealed: body.counted(), nonce: body.counted() }
}

class Parts {
  private readonly bytes: Uint8Array
  private offset = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  take(size: number): Uint8Array {
    const end = this.offset + size
    if (end > this.bytes.length) throw malformed(`it ends after ${this.bytes.length} bytes where ${end} are needed`)
    const part = this.bytes.slice(this.offset, end)
    this.offset = end
    return part
  }

  counted(): Uint8Array {
    const length = Buffer.from(this.take(8)).readBigUInt64LE()
    if (length > BigInt(this.bytes.length)) throw malformed(`a part of ${length} bytes cannot fit ${this.bytes.length}`)
    return this.take(Number(length))
  }
}

function counted(part: Uint8Array): Buffer {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(part.length))
  return Buffer.concat([length, part])
}

function malformed(problem: string): AssayError {
  return new AssayError('TIMELOCK_CIPHERTEXT', { problem })
}
