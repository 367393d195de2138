import { elementBytes, type TensorType, type TensorValue } from './tensor-value.ts'

const writers: Readonly<Record<TensorType, ((view: DataView, at: number, value: number) => void) | null>> = {
  float32: (view, at, value) => view.setFloat32(at, value, true),
  float64: (view, at, value) => view.setFloat64(at, value, true),
  // Half floats have no writer of their own here: their bytes are sent as they are.
  float16: null,
  int8: (view, at, value) => view.setInt8(at, value),
  int16: (view, at, value) => view.setInt16(at, value, true),
  int32: (view, at, value) => view.setInt32(at, value, true),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  uint8: (view, at, value) => view.setUint8(at, value),
  uint16: (view, at, value) => view.setUint16(at, value, true),
  uint32: (view, at, value) => view.setUint32(at, value, true),
  uint64: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  bool: (view, at, value) => view.setUint8(at, value),
}

/** The bytes of a list of numbers as elements of this type; a text where one of them is none. Half floats cannot be written. */
export function writeNumbers(type: TensorType, numbers: readonly (number | boolean)[]): Uint8Array | { readonly problem: string } {
  const write = writers[type]
  if (write === null) return { problem: `must be base64 for ${type}` }
  const view = new DataView(new ArrayBuffer(numbers.length * elementBytes[type]))
  for (const [index, given] of numbers.entries()) {
    const value = Number(given)
    if (!fits(type, value)) return { problem: `has an element that is no ${type}, at ${index}` }
    write(view, index * elementBytes[type], value)
  }
  return new Uint8Array(view.buffer)
}

const readers: Readonly<Record<TensorType, ((view: DataView, at: number) => number) | null>> = {
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
  float16: null,
  int8: (view, at) => view.getInt8(at),
  int16: (view, at) => view.getInt16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  int64: null,
  uint8: (view, at) => view.getUint8(at),
  uint16: (view, at) => view.getUint16(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  uint64: null,
  bool: (view, at) => view.getUint8(at),
}

/** The elements of a tensor as numbers; null where some of them have no exact number in JSON. */
export function readNumbers({ type, bytes }: TensorValue): number[] | null {
  const read = readers[type]
  if (read === null) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const numbers = Array.from({ length: bytes.length / elementBytes[type] }, (_, index) => read(view, index * elementBytes[type]))
  // JSON has no infinities and no NaN.
  return numbers.every(Number.isFinite) ? numbers : null
}

/** What an integer type holds; floats hold whatever they are given. */
function fits(kind: TensorType, value: number): boolean {
  if (kind.startsWith('float')) return true
  if (kind === 'bool') return value === 0 || value === 1
  if (!Number.isSafeInteger(value)) return false
  const bits = elementBytes[kind] * 8
  return kind.startsWith('u') ? value >= 0 && value < 2 ** bits : value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1)
}
