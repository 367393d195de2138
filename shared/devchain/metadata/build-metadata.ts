import { multiAddress, multiSignature } from '../frame-types.ts'
import { hashers } from '../hashers.ts'
import type { Pallet } from '../pallet.ts'
import type { RuntimeApi } from '../runtime-api.ts'
import { text } from '../scale/primitives.ts'
import type { TypeDescriptor } from '../scale/type-descriptor.ts'
import { Writer } from '../scale/writer.ts'
import type { AnyStorageEntry } from '../storage-entry.ts'
import { blob, encodeTypes, typeId, writeDocs } from './encode-types.ts'
import {
  callType,
  errorType,
  eventType,
  extrinsicType,
  outerTypes,
  runtimeCallType,
  runtimeErrorType,
  runtimeEventType,
  runtimeType,
} from './outer-types.ts'
import { extraType, signedExtensions } from './signed-extensions.ts'
import { TypeRegistry } from './type-registry.ts'

export interface MetadataOptions {
  readonly pallets: readonly Pallet[]
  readonly apis: readonly RuntimeApi[]
  readonly version: 14 | 15
  presetDefault(prefix: string): Uint8Array | undefined
}

/** The metadata of a runtime, `meta` and the version byte first; everything in it comes from the tables. */
export function buildMetadata({ pallets, apis, version, presetDefault }: MetadataOptions): Uint8Array {
  const registry = new TypeRegistry(outerTypes(pallets))
  // The types come first on the wire but are known only once everything else is written.
  const rest = new Writer()
  const writeId = (type: TypeDescriptor) => typeId.encode(registry.idOf(type), rest)

  rest.compact(pallets.length)
  for (const pallet of pallets) writePallet(pallet)
  writeExtrinsic()
  writeId(runtimeType)
  if (version === 15) {
    rest.compact(apis.length)
    for (const api of apis) writeApi(api)
    for (const type of [runtimeCallType, runtimeEventType, runtimeErrorType]) writeId(type)
    rest.compact(0)
  }

  const out = new Writer()
  out.bytes(Buffer.from('meta'))
  out.u8(version)
  encodeTypes(registry.types, out)
  out.bytes(rest.finish())
  return out.finish()

  function writePallet(pallet: Pallet): void {
    text.encode(pallet.id.name, rest)
    const entries = Object.values(pallet.storage)
    rest.u8(entries.length > 0 ? 1 : 0)
    if (entries.length > 0) {
      text.encode(pallet.id.prefix, rest)
      rest.compact(entries.length)
      for (const entry of entries) writeStorage(entry)
    }
    writeOptional(callType(pallet))
    writeOptional(eventType(pallet))
    const constants = Object.entries(pallet.constants)
    rest.compact(constants.length)
    for (const [name, one] of constants) {
      text.encode(name, rest)
      writeId(one.type)
      blob.encode(one.bytes, rest)
      writeDocs(rest)
    }
    writeOptional(errorType(pallet))
    rest.u8(pallet.id.index)
    if (version === 15) writeDocs(rest)
  }

  function writeStorage(entry: AnyStorageEntry): void {
    text.encode(entry.name, rest)
    rest.u8(entry.modifier === 'Default' ? 1 : 0)
    const [first, ...others] = entry.keys
    if (first === undefined) {
      rest.u8(0)
      writeId(entry.value.type)
    } else {
      rest.u8(1)
      rest.compact(entry.keys.length)
      for (const key of entry.keys) rest.u8(hashers[key.hasher].index)
      writeId(others.length === 0 ? first.codec.type : { def: { kind: 'tuple', types: entry.keys.map(key => key.codec.type) } })
      writeId(entry.value.type)
    }
    blob.encode(presetDefault(entry.prefix) ?? entry.fallback, rest)
    writeDocs(rest)
  }

  function writeOptional(type: TypeDescriptor | undefined): void {
    rest.u8(type === undefined ? 0 : 1)
    if (type !== undefined) writeId(type)
  }

  function writeExtrinsic(): void {
    if (version === 14) writeId(extrinsicType)
    rest.u8(4)
    if (version === 15) for (const type of [multiAddress.type, runtimeCallType, multiSignature.type, extraType]) writeId(type)
    rest.compact(signedExtensions.length)
    for (const one of signedExtensions) {
      text.encode(one.identifier, rest)
      writeId(one.type)
      writeId(one.implicit)
    }
  }

  function writeApi(api: RuntimeApi): void {
    text.encode(api.trait, rest)
    const methods = Object.entries(api.methods)
    rest.compact(methods.length)
    for (const [name, one] of methods) {
      text.encode(name, rest)
      rest.compact(one.inputs.length)
      for (const input of one.inputs) {
        text.encode(input.name, rest)
        writeId(input.type)
      }
      writeId(one.output)
      writeDocs(rest)
    }
    writeDocs(rest)
  }
}
