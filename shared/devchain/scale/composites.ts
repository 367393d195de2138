import type { Codec, FieldsOf } from './codec.ts'
import type { Reader } from './reader.ts'
import type { FieldDescriptor, TypeParameter } from './type-descriptor.ts'
import { typePath } from './type-descriptor.ts'
import type { Writer } from './writer.ts'

export type FieldCodecs = Readonly<Record<string, Codec<unknown>>>

/** The fields of a record of codecs as the registry describes them. */
export function describeFields(fields: FieldCodecs): FieldDescriptor[] {
  return Object.entries(fields).map(([name, codec]) => ({ name, type: codec.type }))
}

/** Writes a record field by field, in the order in which the codecs are declared. */
export function encodeFields<const F extends FieldCodecs>(fields: F, value: FieldsOf<F>, out: Writer): void {
  for (const [name, codec] of Object.entries(fields)) codec.encode(value[name], out)
}

/** Reads a record field by field. */
export function decodeFields<const F extends FieldCodecs>(fields: F, input: Reader): FieldsOf<F> {
  const value: Record<string, unknown> = {}
  for (const [name, codec] of Object.entries(fields)) value[name] = codec.decode(input)
  return value as FieldsOf<F>
}

/** A struct with named fields under a Rust path (`''` for none). */
export function struct<const F extends FieldCodecs>(path: string, fields: F, params: readonly TypeParameter[] = []): Codec<FieldsOf<F>> {
  return {
    type: { path: typePath(path), params, def: { kind: 'composite', fields: describeFields(fields) } },
    encode: (value, out) => encodeFields(fields, value, out),
    decode: input => decodeFields(fields, input),
  }
}

/** A struct of one unnamed field: the same bytes and values as its inner codec, under a name of its own. */
export function newtype<T>(path: string, codec: Codec<T>, params: readonly TypeParameter[] = []): Codec<T> {
  return { ...codec, type: { path: typePath(path), params, def: { kind: 'composite', fields: [{ type: codec.type }] } } }
}

/** A struct of one named field, with the bare value of that field (`substrate_fixed` numbers are `{bits}`). */
export function wrapper<T>(path: string, field: string, codec: Codec<T>, params: readonly TypeParameter[] = []): Codec<T> {
  return { ...codec, type: { path: typePath(path), params, def: { kind: 'composite', fields: [{ name: field, type: codec.type }] } } }
}
