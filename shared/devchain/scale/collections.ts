import type { Codec, ValueOf } from './codec.ts'
import { u8 } from './primitives.ts'
import { ScaleError } from './scale-error.ts'
import { typePath } from './type-descriptor.ts'

/** A list of any length; a length beyond the bytes that are left is refused before anything is allocated. */
export function vec<T>(codec: Codec<T>): Codec<readonly T[]> {
  return {
    type: { def: { kind: 'sequence', type: codec.type } },
    encode(values, out) {
      out.compact(values.length)
      for (const value of values) codec.encode(value, out)
    },
    decode(input) {
      const length = input.compactLength()
      if (length > input.remaining) throw new ScaleError(`a list of ${length} cannot fit ${input.remaining} bytes`)
      const values: T[] = []
      for (let index = 0; index < length; index += 1) values.push(codec.decode(input))
      return values
    },
  }
}

/** A list of at most `max` values, described as `BoundedVec`. */
export function boundedVec<T>(codec: Codec<T>, max: number): Codec<readonly T[]> {
  return bounded(vec(codec), codec, max)
}

/** `Vec<u8>`. */
export const bytes: Codec<Uint8Array> = {
  type: { def: { kind: 'sequence', type: u8.type } },
  encode(value, out) {
    out.compact(value.length)
    out.bytes(value)
  },
  // A copy: the input may be memory that the database or a cache owns.
  decode: input => Uint8Array.from(input.bytes(input.compactLength())),
}

/** `BoundedVec<u8, max>`. */
export function boundedBytes(max: number): Codec<Uint8Array> {
  return bounded(bytes, u8, max)
}

function bounded<T extends { readonly length: number }>(list: Codec<T>, element: Codec<unknown>, max: number): Codec<T> {
  const check = (value: T) => {
    if (value.length > max) throw new ScaleError(`a list of ${value.length} is longer than ${max}`)
    return value
  }
  return {
    type: {
      path: typePath('bounded_collections::bounded_vec::BoundedVec'),
      params: [{ name: 'T', type: element.type }, { name: 'S' }],
      def: { kind: 'composite', fields: [{ type: list.type }] },
    },
    encode: (value, out) => list.encode(check(value), out),
    decode: input => check(list.decode(input)),
  }
}

/** `[T; length]`. */
export function array<T>(codec: Codec<T>, length: number): Codec<readonly T[]> {
  return {
    type: { def: { kind: 'array', length, type: codec.type } },
    encode(values, out) {
      if (values.length !== length) throw new ScaleError(`${values.length} values where ${length} belong`)
      for (const value of values) codec.encode(value, out)
    },
    decode: input => Array.from({ length }, () => codec.decode(input)),
  }
}

/** `[u8; length]`, as lower-case hex with 0x. */
export function fixedBytes(length: number): Codec<string> {
  return {
    type: { def: { kind: 'array', length, type: u8.type } },
    encode(value, out) {
      if (!/^0x[0-9a-f]*$/i.test(value) || value.length !== 2 + 2 * length) throw new ScaleError(`${value} is not ${length} bytes of hex`)
      out.bytes(Buffer.from(value.slice(2), 'hex'))
    },
    decode: input => `0x${Buffer.from(input.bytes(length)).toString('hex')}`,
  }
}

/** `Option<T>`; none is undefined. */
export function option<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    type: {
      path: ['Option'],
      params: [{ name: 'T', type: codec.type }],
      def: {
        kind: 'variant',
        variants: [
          { name: 'None', index: 0, fields: [] },
          { name: 'Some', index: 1, fields: [{ type: codec.type }] },
        ],
      },
    },
    encode(value, out) {
      out.u8(value === undefined ? 0 : 1)
      if (value !== undefined) codec.encode(value, out)
    },
    decode(input) {
      const tag = input.u8()
      if (tag > 1) throw new ScaleError(`${tag} is not the tag of an option`)
      return tag === 0 ? undefined : codec.decode(input)
    },
  }
}

/** A tuple of two or more codecs; values are arrays of the same length. */
export function tuple<const C extends readonly Codec<unknown>[]>(...codecs: C): Codec<{ readonly [K in keyof C]: ValueOf<C[K]> }> {
  return {
    type: { def: { kind: 'tuple', types: codecs.map(codec => codec.type) } },
    encode(values, out) {
      codecs.forEach((codec, index) => {
        codec.encode(values[index], out)
      })
    },
    decode: input => codecs.map(codec => codec.decode(input)) as { [K in keyof C]: ValueOf<C[K]> },
  }
}
