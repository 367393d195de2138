import { AssayError } from '../../errors/assay-error.ts'

/** One field of a protobuf message; `raw` is the field as it stood, tag included, so that what is not changed is written back byte for byte. */
export interface ProtoField {
  readonly number: number
  /** A varint's value, or the bytes of a length-delimited or fixed-size field. */
  readonly value: bigint | Uint8Array
  readonly raw: Uint8Array
}

/** Splits a message into its fields without copying; throws MODEL_GRAPH where it is cut off or uses groups. */
export function readFields(message: Uint8Array): ProtoField[] {
  const fields: ProtoField[] = []
  let at = 0
  while (at < message.length) {
    const start = at
    const tag = readVarint(message, at)
    at = tag.end
    const number = Number(tag.value >> 3n)
    const wire = Number(tag.value & 7n)
    if (wire === 0) {
      const { value, end } = readVarint(message, at)
      at = end
      fields.push({ number, value, raw: message.subarray(start, at) })
      continue
    }
    const length =
      wire === 1 ? { value: 8n, end: at } : wire === 5 ? { value: 4n, end: at } : wire === 2 ? readVarint(message, at) : undefined
    if (length === undefined || number === 0) throw broken(`byte ${start} is no field of a protobuf message`)
    at = length.end + Number(length.value)
    if (at > message.length) throw broken(`it ends ${at - message.length} bytes inside a field`)
    fields.push({ number, value: message.subarray(length.end, at), raw: message.subarray(start, at) })
  }
  return fields
}

/** The message that consists of these fields, in this order. */
export function writeFields(fields: readonly { readonly raw: Uint8Array }[]): Uint8Array {
  return concatBytes(fields.map(field => field.raw))
}

export function varintField(number: number, value: number | bigint): ProtoField {
  const big = BigInt.asUintN(64, BigInt(value))
  return { number, value: big, raw: concatBytes([varint(BigInt(number) << 3n), varint(big)]) }
}

export function bytesField(number: number, value: Uint8Array): ProtoField {
  return { number, value, raw: concatBytes([varint((BigInt(number) << 3n) | 2n), varint(BigInt(value.length)), value]) }
}

export function stringField(number: number, text: string): ProtoField {
  return bytesField(number, new TextEncoder().encode(text))
}

export function floatField(number: number, value: number): ProtoField {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return { number, value: bytes, raw: concatBytes([varint((BigInt(number) << 3n) | 5n), bytes]) }
}

/** A message inside a message. */
export function messageField(number: number, fields: readonly { readonly raw: Uint8Array }[]): ProtoField {
  return bytesField(number, writeFields(fields))
}

/** Bytes of a length-delimited field; throws MODEL_GRAPH where it is a number. */
export function bytesOf(field: ProtoField): Uint8Array {
  if (typeof field.value === 'bigint') throw broken(`field ${field.number} holds a number instead of bytes`)
  return field.value
}

export function textOf(field: ProtoField): string {
  return new TextDecoder().decode(bytesOf(field))
}

/** Number of a varint field as a signed 64-bit value; throws MODEL_GRAPH where it holds bytes. */
export function numberOf(field: ProtoField): number {
  if (typeof field.value !== 'bigint') throw broken(`field ${field.number} holds bytes instead of a number`)
  return Number(BigInt.asIntN(64, field.value))
}

/** Numbers of a repeated varint field, packed or not. */
export function numbersOf(field: ProtoField): number[] {
  if (typeof field.value === 'bigint') return [numberOf(field)]
  const numbers: number[] = []
  for (let at = 0; at < field.value.length; ) {
    const { value, end } = readVarint(field.value, at)
    numbers.push(Number(BigInt.asIntN(64, value)))
    at = end
  }
  return numbers
}

function readVarint(bytes: Uint8Array, start: number): { value: bigint; end: number } {
  let value = 0n
  for (let at = start; at < start + 10; at++) {
    const byte = bytes[at]
    if (byte === undefined) throw broken('it ends inside a number')
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start))
    if (byte < 0x80) return { value, end: at + 1 }
  }
  throw broken(`the number at byte ${start} has more than 10 bytes`)
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

function broken(problem: string): AssayError {
  return new AssayError('MODEL_GRAPH', { file: 'model.onnx', problem })
}
