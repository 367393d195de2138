import type { PalletId } from './pallet-id.ts'
import type { Codec, FieldsOf, ValueOf } from './scale/codec.ts'
import { describeFields, encodeFields, type FieldCodecs } from './scale/composites.ts'
import type { FieldDescriptor } from './scale/type-descriptor.ts'
import type { Writer } from './scale/writer.ts'

/** One event of a pallet: its index in the real metadata and how its fields are written. */
export interface EventDefinition<F> {
  readonly pallet: PalletId
  readonly name: string
  readonly index: number
  readonly fields: readonly FieldDescriptor[]
  encode(fields: F, out: Writer): void
}

type EventDeclaration<F> = (pallet: PalletId, name: string) => EventDefinition<F>

/** An event with named fields (a record of codecs) or unnamed ones (a list: its value is a tuple). */
export function event<const C extends readonly Codec<unknown>[]>(
  index: number,
  codecs: C,
): EventDeclaration<{ readonly [K in keyof C]: ValueOf<C[K]> }>
export function event<const F extends FieldCodecs>(index: number, fields: F): EventDeclaration<FieldsOf<F>>
export function event(index: number, shape: readonly Codec<unknown>[] | FieldCodecs): EventDeclaration<never> {
  const list = isList(shape)
  return (pallet, name) => ({
    pallet,
    name,
    index,
    fields: list ? shape.map(codec => ({ type: codec.type })) : describeFields(shape as FieldCodecs),
    encode(values: readonly unknown[] & Record<string, unknown>, out) {
      if (list) for (const [position, codec] of shape.entries()) codec.encode(values[position], out)
      else encodeFields(shape as FieldCodecs, values, out)
    },
  })
}

type Declarations = Readonly<Record<string, EventDeclaration<never>>>
type Bound<D> = { readonly [N in keyof D]: D[N] extends EventDeclaration<infer F> ? EventDefinition<F> : never }

/** Binds a pallet's event declarations to their names. */
export function defineEvents<const D extends Declarations>(pallet: PalletId, declarations: D): Bound<D> {
  return Object.fromEntries(Object.entries(declarations).map(([name, declare]) => [name, declare(pallet, name)])) as Bound<D>
}

function isList(shape: readonly Codec<unknown>[] | FieldCodecs): shape is readonly Codec<unknown>[] {
  return Array.isArray(shape)
}
