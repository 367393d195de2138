import { type HasherName, hashers } from './hashers.ts'
import { twox128 } from './hashing.ts'
import type { PalletId } from './pallet-id.ts'
import { type Codec, decodeValue, encodeValue, type ValueOf } from './scale/codec.ts'
import { type NamedCodecs, Reader } from './scale/reader.ts'

/** One storage item, bound to its pallet: K are its keys, V its values, R what a read gives (V, or V | undefined). */
export interface StorageEntry<K extends readonly unknown[], V, R> {
  readonly pallet: PalletId
  readonly name: string
  /** Hex without 0x of twox128(prefix) and twox128(name): every key of the item starts with it. */
  readonly prefix: string
  readonly keys: readonly StorageKeyPart[]
  readonly value: Codec<V>
  readonly modifier: 'Optional' | 'Default'
  /** The SCALE bytes of the default; the one byte 0x00 where the item is optional. */
  readonly fallback: Uint8Array
  /** The hex key (no 0x) of the first n keys given: all of them name one value, fewer a prefix. */
  keyOf(keys: readonly unknown[]): string
  parseKey(hexKey: string): K
  /** What a read gives for stored bytes, for the preset's default, or for nothing. */
  read(stored: Uint8Array | undefined, fallback: Uint8Array | undefined, named: NamedCodecs): R
}

export interface StorageKeyPart {
  readonly hasher: HasherName
  readonly codec: Codec<unknown>
}

/** A storage item that `defineStorage` will bind to its pallet and name. */
export type StorageDeclaration<K extends readonly unknown[], V, R> = (pallet: PalletId, name: string) => StorageEntry<K, V, R>

type KeyParts = readonly (readonly [HasherName, Codec<unknown>])[]
type KeysOf<P extends KeyParts> = { readonly [I in keyof P]: ValueOf<P[I][1]> }

/** A single value. With a default a read always gives a value; without one it may give undefined. */
export function storageValue<V>(codec: Codec<V>, options: { readonly default: V }): StorageDeclaration<readonly [], V, V>
export function storageValue<V>(codec: Codec<V>): StorageDeclaration<readonly [], V, V | undefined>
export function storageValue<V>(codec: Codec<V>, options?: { readonly default: V }): StorageDeclaration<readonly [], V, V | undefined> {
  return declare<readonly [], V>([], codec, options)
}

/** A map over one or more keys, each with its hasher; defaults as in storageValue. */
export function storageMap<const P extends KeyParts, V>(
  parts: P,
  codec: Codec<V>,
  options: { readonly default: V },
): StorageDeclaration<KeysOf<P>, V, V>
export function storageMap<const P extends KeyParts, V>(parts: P, codec: Codec<V>): StorageDeclaration<KeysOf<P>, V, V | undefined>
export function storageMap<const P extends KeyParts, V>(
  parts: P,
  codec: Codec<V>,
  options?: { readonly default: V },
): StorageDeclaration<KeysOf<P>, V, V | undefined> {
  return declare<KeysOf<P>, V>(
    parts.map(([hasher, keyCodec]) => ({ hasher, codec: keyCodec })),
    codec,
    options,
  )
}

/** What a storage item has whatever its types are: how tables of many items are typed. */
export type AnyStorageEntry = StorageEntry<readonly unknown[], unknown, unknown>

type Declarations = Readonly<Record<string, (pallet: PalletId, name: string) => AnyStorageEntry>>
type Bound<D> = { readonly [N in keyof D]: D[N] extends (pallet: PalletId, name: string) => infer E ? E : never }

/** Binds a pallet's storage declarations to their names. */
export function defineStorage<const D extends Declarations>(pallet: PalletId, declarations: D): Bound<D> {
  return Object.fromEntries(Object.entries(declarations).map(([name, declaration]) => [name, declaration(pallet, name)])) as Bound<D>
}

function declare<K extends readonly unknown[], V>(
  keys: readonly StorageKeyPart[],
  value: Codec<V>,
  options: { readonly default: V } | undefined,
): StorageDeclaration<K, V, V | undefined> {
  return (pallet, name) => {
    const prefix = twox128(pallet.prefix) + twox128(name)
    const fallback = options === undefined ? Uint8Array.of(0) : encodeValue(value, options.default)
    return {
      pallet,
      name,
      prefix,
      keys,
      value,
      modifier: options === undefined ? 'Optional' : 'Default',
      fallback,
      keyOf(values) {
        let key = prefix
        for (let index = 0; index < values.length; index += 1) {
          const part = keys[index]
          if (part === undefined) throw new RangeError(`${pallet.name}.${name} has ${keys.length} keys, ${values.length} given`)
          key += hashers[part.hasher].hash(encodeValue(part.codec, values[index]))
        }
        return key
      },
      parseKey(hexKey) {
        const input = new Reader(Buffer.from(hexKey.slice(prefix.length), 'hex'))
        const values = keys.map(part => {
          input.bytes(hashers[part.hasher].concatOffset)
          return part.codec.decode(input)
        })
        return values as readonly unknown[] as K
      },
      read(stored, preset, named) {
        if (stored !== undefined) return decodeValue(value, stored, named)
        return options === undefined ? undefined : decodeValue(value, preset ?? fallback, named)
      },
    }
  }
}
