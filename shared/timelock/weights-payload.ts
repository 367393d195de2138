import { AssayError } from '../errors/assay-error.ts'
import { compactLength, u16List, u64Bytes } from './list-bytes.ts'

/** What a timelocked commit of weights says once it is open. */
export interface WeightsPayload {
  /** The hotkey that commits, 32 bytes; the chain drops a payload that names another than the signer. */
  readonly hotkey: Uint8Array
  readonly uids: readonly number[]
  /** u16, one per uid. */
  readonly values: readonly number[]
  readonly versionKey: bigint
}

/** SCALE bytes of a payload of commit-reveal version 4: hotkey, uids, values (each a counted list), version key. */
export function encodeWeightsPayload({ hotkey, ...weights }: WeightsPayload): Uint8Array {
  return Uint8Array.from(Buffer.concat([compactLength(hotkey.length), hotkey, encodeLegacyPayload(weights)]))
}

/** SCALE bytes of the payload before version 4, which names no hotkey. */
export function encodeLegacyPayload({ uids, values, versionKey }: Omit<WeightsPayload, 'hotkey'>): Uint8Array {
  return Uint8Array.from(Buffer.concat([u16List(uids), u16List(values), u64Bytes(versionKey)]))
}

/** Reads a payload of version 4; throws TIMELOCK_PAYLOAD. Bytes after its end are ignored, as the chain ignores them. */
export function decodeWeightsPayload(bytes: Uint8Array): WeightsPayload {
  const input = new PayloadReader(bytes)
  const hotkey = input.take(input.compact())
  return { hotkey, uids: input.list(), values: input.list(), versionKey: input.take(8).readBigUInt64LE() }
}

/** Reads a payload without a hotkey; throws TIMELOCK_PAYLOAD. */
export function decodeLegacyPayload(bytes: Uint8Array): Omit<WeightsPayload, 'hotkey'> {
  const input = new PayloadReader(bytes)
  return { uids: input.list(), values: input.list(), versionKey: input.take(8).readBigUInt64LE() }
}

class PayloadReader {
  private readonly bytes: Buffer
  private offset = 0

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes)
  }

  take(size: number): Buffer {
    const end = this.offset + size
    if (end > this.bytes.length) throw new AssayError('TIMELOCK_PAYLOAD', { problem: `it ends after ${this.bytes.length} bytes` })
    const part = this.bytes.subarray(this.offset, end)
    this.offset = end
    return part
  }

  compact(): number {
    const first = this.take(1)
    const mode = first.readUInt8() & 3
    if (mode === 0) return first.readUInt8() >> 2
    if (mode === 1) return Buffer.concat([first, this.take(1)]).readUInt16LE() >> 2
    if (mode === 2) return Buffer.concat([first, this.take(3)]).readUInt32LE() >>> 2
    throw new AssayError('TIMELOCK_PAYLOAD', { problem: 'one of its lists is longer than any subnet' })
  }

  list(): number[] {
    const part = this.take(2 * this.compact())
    return Array.from({ length: part.length / 2 }, (_, index) => part.readUInt16LE(2 * index))
  }
}
