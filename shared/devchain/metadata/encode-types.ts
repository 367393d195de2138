import { bytes, option, vec } from '../scale/collections.ts'
import { compact } from '../scale/compact.ts'
import { text, u32 } from '../scale/primitives.ts'
import { type FieldDescriptor, primitiveNames } from '../scale/type-descriptor.ts'
import type { Writer } from '../scale/writer.ts'
import type { RegisteredType } from './type-registry.ts'

export const typeId = compact(u32)
export const texts = vec(text)
export const blob = bytes
export const optionalText = option(text)
const optionalId = option(typeId)
const noDocs: readonly string[] = []

/** Writes the registry as scale-info's `PortableRegistry`. */
export function encodeTypes(types: readonly RegisteredType[], out: Writer): void {
  out.compact(types.length)
  types.forEach((type, id) => {
    typeId.encode(id, out)
    texts.encode(type.path, out)
    out.compact(type.params.length)
    for (const param of type.params) {
      text.encode(param.name, out)
      optionalId.encode(param.id, out)
    }
    encodeDefinition(type, out)
    writeDocs(out)
  })
}

/** Empty documentation: the tables carry none. */
export function writeDocs(out: Writer): void {
  texts.encode(noDocs, out)
}

function encodeDefinition({ def, refs }: RegisteredType, out: Writer): void {
  const first = refs[0] ?? 0
  switch (def.kind) {
    case 'composite':
      out.u8(0)
      encodeFields(def.fields, refs, out)
      return
    case 'variant': {
      out.u8(1)
      out.compact(def.variants.length)
      let from = 0
      for (const one of def.variants) {
        text.encode(one.name, out)
        encodeFields(one.fields, refs.slice(from, from + one.fields.length), out)
        out.u8(one.index)
        writeDocs(out)
        from += one.fields.length
      }
      return
    }
    case 'sequence':
      out.u8(2)
      typeId.encode(first, out)
      return
    case 'array':
      out.u8(3)
      out.u32(def.length)
      typeId.encode(first, out)
      return
    case 'tuple':
      out.u8(4)
      out.compact(refs.length)
      for (const id of refs) typeId.encode(id, out)
      return
    case 'primitive':
      out.u8(5)
      out.u8(primitiveNames.indexOf(def.name))
      return
    case 'compact':
      out.u8(6)
      typeId.encode(first, out)
      return
    case 'named':
      throw new RangeError(`the type ${def.name} was never completed`)
  }
}

function encodeFields(fields: readonly FieldDescriptor[], ids: readonly number[], out: Writer): void {
  out.compact(fields.length)
  fields.forEach((field, index) => {
    optionalText.encode(field.name, out)
    typeId.encode(ids[index] ?? 0, out)
    optionalText.encode(undefined, out)
    writeDocs(out)
  })
}
