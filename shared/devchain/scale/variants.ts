import type { Codec, FieldsOf, ValueOf } from './codec.ts'
import { decodeFields, describeFields, encodeFields, type FieldCodecs } from './composites.ts'
import type { Reader } from './reader.ts'
import { ScaleError } from './scale-error.ts'
import { type FieldDescriptor, type TypeParameter, typePath } from './type-descriptor.ts'
import type { Writer } from './writer.ts'

/** One case of an enum: its wire index, its fields, and how its value is written; `undefined` where it carries none. */
export interface VariantCase<T> {
  readonly index: number
  readonly fields: readonly FieldDescriptor[]
  encode(value: T, out: Writer): void
  decode(input: Reader): T
}

/** A case without fields. */
export const unitCase = (index: number): VariantCase<undefined> => ({ index, fields: [], encode: () => undefined, decode: () => undefined })

/** A case with one unnamed field; its value is the field's. */
export const valueCase = <T>(index: number, codec: Codec<T>): VariantCase<T> => ({
  index,
  fields: [{ type: codec.type }],
  encode: (value, out) => codec.encode(value, out),
  decode: input => codec.decode(input),
})

/** A case with several unnamed fields; its value is a tuple. */
export function tupleCase<const C extends readonly Codec<unknown>[]>(
  index: number,
  ...codecs: C
): VariantCase<{ readonly [K in keyof C]: ValueOf<C[K]> }> {
  return {
    index,
    fields: codecs.map(codec => ({ type: codec.type })),
    encode(values, out) {
      codecs.forEach((codec, position) => {
        codec.encode(values[position], out)
      })
    },
    decode: input => codecs.map(codec => codec.decode(input)) as { [K in keyof C]: ValueOf<C[K]> },
  }
}

/** A case with named fields; its value is a record. */
export const structCase = <const F extends FieldCodecs>(index: number, fields: F): VariantCase<FieldsOf<F>> => ({
  index,
  fields: describeFields(fields),
  encode: (value, out) => encodeFields(fields, value, out),
  decode: input => decodeFields(fields, input),
})

type Cases = Readonly<Record<string, VariantCase<unknown>>>

/** The value of an enum: `{type: 'Name'}` for a bare case, `{type: 'Name', value}` for one with fields. */
export type VariantValue<C> = {
  [K in keyof C & string]: C[K] extends VariantCase<infer T>
    ? [T] extends [undefined]
      ? { readonly type: K }
      : { readonly type: K; readonly value: T }
    : never
}[keyof C & string]

/** An enum under a Rust path. */
export function variant<const C extends Cases>(path: string, cases: C, params: readonly TypeParameter[] = []): Codec<VariantValue<C>> {
  const byIndex = new Map(Object.entries(cases).map(([name, one]) => [one.index, { name, one }]))
  const variants = Object.entries(cases).map(([name, one]) => ({ name, index: one.index, fields: one.fields }))
  return {
    type: { path: typePath(path), params, def: { kind: 'variant', variants } },
    encode(value, out) {
      const one = cases[value.type]
      if (one === undefined) throw new ScaleError(`${value.type} is no case of ${path}`)
      out.u8(one.index)
      one.encode('value' in value ? value.value : undefined, out)
    },
    decode(input) {
      const index = input.u8()
      const found = byIndex.get(index)
      if (found === undefined) throw new ScaleError(`${index} is no case of ${path}`)
      const value = found.one.decode(input)
      return (value === undefined ? { type: found.name } : { type: found.name, value }) as VariantValue<C>
    },
  }
}

/** An enum whose cases all are bare, in order from 0; values are the names. */
export function enumeration<const N extends readonly string[]>(path: string, names: N): Codec<N[number]> {
  return {
    type: { path: typePath(path), def: { kind: 'variant', variants: names.map((name, index) => ({ name, index, fields: [] })) } },
    encode(value, out) {
      const index = names.indexOf(value)
      if (index < 0) throw new ScaleError(`${value} is no case of ${path}`)
      out.u8(index)
    },
    decode(input) {
      const index = input.u8()
      const name = names[index]
      if (name === undefined) throw new ScaleError(`${index} is no case of ${path}`)
      return name
    },
  }
}
