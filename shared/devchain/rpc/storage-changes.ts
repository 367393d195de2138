import { AssayError } from '../../errors/assay-error.ts'
import { fromHex } from '../hashing.ts'
import type { Runtime } from '../runtime.ts'
import type { StateChange } from '../state/chain-store.ts'
import type { StateView } from '../state/state-view.ts'
import type { AnyStorageEntry } from '../storage-entry.ts'
import { type ItemCodecs, itemCodecsOf } from './item-codecs.ts'
import { isRecord, keyParam } from './params.ts'
import { invalidParams } from './rpc-error.ts'

/**
 * Reads both forms of dev_setStorage: raw pairs of hex (null removes), and `{Pallet: {Item: value | [[[keys], value], ...]}}` with
 * values as @polkadot/api takes them. `$removePrefix: [items]` removes whole maps. Throws DEVCHAIN_STORAGE.
 */
export function parseStorageChanges(runtime: Runtime, values: unknown, state: StateView): StateChange[] {
  if (Array.isArray(values)) return values.map(parsePair)
  if (!isRecord(values)) throw invalidParams('storage is a list of pairs or an object of pallets')
  const codecs = itemCodecsOf(runtime)
  return Object.entries(values).flatMap(([palletName, items]) => {
    const pallet = runtime.pallets.find(one => sameName(one.id.name, palletName))
    if (pallet === undefined) throw storageError(`there is no pallet ${palletName}`)
    if (!isRecord(items)) throw storageError(`${palletName} needs an object of items`)
    const entryOf = (name: string) => {
      const entry = Object.values(pallet.storage).find(one => sameName(one.name, name))
      if (entry === undefined) throw storageError(`${palletName} has no item ${name}`)
      return entry
    }
    return Object.entries(items).flatMap(([name, value]) => {
      if (name !== '$removePrefix') return itemChanges(codecs, entryOf(name), value)
      if (!Array.isArray(value)) throw storageError('$removePrefix is a list of items')
      return value.flatMap(one => state.keys(entryOf(String(one)).prefix).map(key => [key, null] as const))
    })
  })
}

function parsePair(pair: unknown): StateChange {
  if (!Array.isArray(pair) || pair.length !== 2) throw storageError('a raw pair is [key, value]')
  const [key, value] = pair
  return [keyParam(key, 'key'), value === null ? null : fromHex(keyParam(value, 'value'))]
}

function itemChanges(codecs: ItemCodecs, entry: AnyStorageEntry, value: unknown): StateChange[] {
  if (entry.keys.length === 0) return [[codecs.keyOf(entry, []), codecs.valueOf(entry, value)]]
  if (!Array.isArray(value)) throw storageError(`${entry.name} is a map: a list of [[keys], value]`)
  return value.map(pair => {
    if (!Array.isArray(pair) || !Array.isArray(pair[0])) throw storageError(`${entry.name} needs [[keys], value]`)
    const keys: readonly unknown[] = pair[0]
    if (keys.length !== entry.keys.length) throw storageError(`${entry.name} has ${entry.keys.length} keys, ${keys.length} given`)
    return [codecs.keyOf(entry, keys), codecs.valueOf(entry, pair[1])]
  })
}

function storageError(problem: string): AssayError {
  return new AssayError('DEVCHAIN_STORAGE', { problem })
}

/** Pallets and items may be named as in the metadata or in the api's camel case. */
function sameName(name: string, given: string): boolean {
  return name === given || name.charAt(0).toLowerCase() + name.slice(1) === given
}
