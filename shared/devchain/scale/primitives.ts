import type { Codec } from './codec.ts'
import { ScaleError } from './scale-error.ts'
import type { PrimitiveName, TypeDescriptor } from './type-descriptor.ts'

const primitive = (name: PrimitiveName): TypeDescriptor => ({ def: { kind: 'primitive', name } })

function smallUint(name: 'u8' | 'u16' | 'u32', max: number): Codec<number> {
  return {
    type: primitive(name),
    encode(value, out) {
      if (!Number.isInteger(value) || value < 0 || value > max) throw new ScaleError(`${value} does not fit ${name}`)
      out[name](value)
    },
    decode: input => input[name](),
  }
}

function bigInteger(name: PrimitiveName, size: number, signed: boolean): Codec<bigint> {
  const bits = size * 8
  const wrap = signed ? BigInt.asIntN : BigInt.asUintN
  return {
    type: primitive(name),
    encode(value, out) {
      if (wrap(bits, value) !== value) throw new ScaleError(`${value} does not fit ${name}`)
      out.bigint(value, size)
    },
    decode(input) {
      let value = 0n
      for (let offset = 0; offset < size; offset += 8) value |= input.u64() << BigInt(offset * 8)
      return wrap(bits, value)
    },
  }
}

export const u8 = smallUint('u8', 0xff)
export const u16 = smallUint('u16', 0xffff)
export const u32 = smallUint('u32', 0xffff_ffff)

/** Balances, blocks in storage and most counters of the chain. */
export const u64: Codec<bigint> = {
  type: primitive('u64'),
  encode(value, out) {
    if (BigInt.asUintN(64, value) !== value) throw new ScaleError(`${value} does not fit u64`)
    out.u64(value)
  },
  decode: input => input.u64(),
}

export const u128 = bigInteger('u128', 16, false)
export const u256 = bigInteger('u256', 32, false)
export const i64 = bigInteger('i64', 8, true)
export const i128 = bigInteger('i128', 16, true)

export const i16: Codec<number> = {
  type: primitive('i16'),
  encode(value, out) {
    if (!Number.isInteger(value) || value < -0x8000 || value > 0x7fff) throw new ScaleError(`${value} does not fit i16`)
    out.u16(value & 0xffff)
  },
  decode: input => (input.u16() << 16) >> 16,
}

export const bool: Codec<boolean> = {
  type: primitive('bool'),
  encode: (value, out) => out.u8(value ? 1 : 0),
  decode(input) {
    const byte = input.u8()
    if (byte > 1) throw new ScaleError(`${byte} is not a boolean`)
    return byte === 1
  },
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

export const text: Codec<string> = {
  type: primitive('str'),
  encode(value, out) {
    const bytes = Buffer.from(value, 'utf8')
    out.compact(bytes.length)
    out.bytes(bytes)
  },
  decode(input) {
    const bytes = input.bytes(input.compactLength())
    try {
      return utf8.decode(bytes)
    } catch {
      throw new ScaleError('a text is not UTF-8')
    }
  },
}

/** The empty tuple. */
export const unit: Codec<null> = { type: { def: { kind: 'tuple', types: [] } }, encode: () => undefined, decode: () => null }
