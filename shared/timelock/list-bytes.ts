/** SCALE: a length before a list, in one, two or four bytes; throws RangeError from 2^30 on. */
export function compactLength(length: number): Uint8Array {
  if (length < 1 << 6) return Uint8Array.of(length << 2)
  const out = Buffer.alloc(length < 1 << 14 ? 2 : 4)
  if (out.length === 2) out.writeUInt16LE(length * 4 + 1)
  else out.writeUInt32LE(length * 4 + 2)
  return out
}

/** SCALE `Vec<u16>`; throws RangeError where a value is no u16. */
export function u16List(values: readonly number[]): Uint8Array {
  const out = Buffer.alloc(2 * values.length)
  values.forEach((value, index) => {
    out.writeUInt16LE(value, 2 * index)
  })
  return Buffer.concat([compactLength(values.length), out])
}

/** SCALE `u64`. */
export function u64Bytes(value: bigint): Uint8Array {
  const out = Buffer.alloc(8)
  out.writeBigUInt64LE(value)
  return out
}
