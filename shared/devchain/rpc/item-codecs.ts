import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types'
import { AssayError } from '../../errors/assay-error.ts'
import { fromHex, toHex } from '../hashing.ts'
import type { Runtime } from '../runtime.ts'
import type { AnyStorageEntry } from '../storage-entry.ts'

/** Encodes keys and values of storage items from what people write (SS58 addresses, numbers, objects), by the metadata. */
export interface ItemCodecs {
  /** Hex without 0x. */
  keyOf(entry: AnyStorageEntry, keys: readonly unknown[]): string
  /** Null removes the value. */
  valueOf(entry: AnyStorageEntry, value: unknown): Uint8Array | null
}

const built = new WeakMap<Runtime, ItemCodecs>()

/** The encoders of a runtime; built at the first use, because the registry costs a moment. Both throw DEVCHAIN_STORAGE. */
export function itemCodecsOf(runtime: Runtime): ItemCodecs {
  const known = built.get(runtime)
  if (known !== undefined) return known
  const registry = new TypeRegistry()
  const metadata = new Metadata(registry, `0x${toHex(runtime.metadata(14) ?? new Uint8Array())}`)
  registry.setMetadata(metadata, undefined, {
    SudoTransactionExtension: none,
    CheckShieldedTxValidity: none,
    SubtensorTransactionExtension: none,
    DrandPriority: none,
  })
  const { query } = expandMetadata(registry, metadata)
  const find = (entry: AnyStorageEntry) => {
    const item = query[lowerFirst(entry.pallet.name)]?.[lowerFirst(entry.name)]
    if (item === undefined) throw storageError(entry, 'the metadata lacks it')
    return item
  }
  const codecs: ItemCodecs = {
    keyOf(entry, keys) {
      return guard(entry, () =>
        registry
          .createType('StorageKey', [find(entry), [...keys]])
          .toHex()
          .slice(2),
      )
    },
    valueOf(entry, value) {
      if (value === null) return null
      return guard(entry, () => {
        const { type } = find(entry).meta
        const id = type.isPlain ? type.asPlain : type.asMap.value
        return fromHex(registry.createType(registry.createLookupType(id), value).toHex(true))
      })
    },
  }
  built.set(runtime, codecs)
  return codecs
}

const none = { extrinsic: {}, payload: {} }

function guard<T>(entry: AnyStorageEntry, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw storageError(entry, error instanceof Error ? error.message : String(error))
  }
}

function storageError(entry: AnyStorageEntry, problem: string): AssayError {
  return new AssayError('DEVCHAIN_STORAGE', { problem: `${entry.pallet.name}.${entry.name}: ${problem}` })
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
