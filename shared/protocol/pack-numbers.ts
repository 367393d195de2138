import { AssayError } from '../errors/assay-error.ts'

/** Token ids as u32 little-endian bytes. */
export function tokenIdBytes(ids: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(ids.length * 4))
  for (let index = 0; index < ids.length; index++) view.setUint32(index * 4, ids[index] ?? 0, true)
  return new Uint8Array(view.buffer)
}

/** Token ids as base64 of u32 little-endian. */
export function packTokenIds(ids: readonly number[]): string {
  return Buffer.from(tokenIdBytes(ids)).toString('base64')
}

/** The token ids in base64 of u32 little-endian; throws PROTO_SHAPE where the length is no multiple of four or the text is not canonical base64. */
export function unpackTokenIds(text: string): number[] {
  const bytes = unpack(text, 'tokenIds')
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4))
}

/** Numbers as base64 of f32 little-endian. */
export function packFloats(values: ArrayLike<number>): string {
  return Buffer.from(floatBytes(values)).toString('base64')
}

/** Numbers as f32 little-endian bytes. */
export function floatBytes(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4))
  for (let index = 0; index < values.length; index++) view.setFloat32(index * 4, values[index] ?? Number.NaN, true)
  return new Uint8Array(view.buffer)
}

/** The numbers in base64 of f32 little-endian; NaN and infinities come through, for the reader to judge. */
export function unpackFloats(text: string): number[] {
  const bytes = unpack(text, 'logProbs')
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4))
}

function unpack(text: string, path: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  // One byte string has one text form: otherwise two receipts could differ and mean the same.
  if (bytes.length % 4 !== 0 || bytes.toString('base64') !== text)
    throw new AssayError('PROTO_SHAPE', { what: 'packed list of numbers', path, problem: 'expected canonical base64 of 4-byte numbers' })
  return bytes
}
