import { encodeValue } from '../scale/codec.ts'
import type { StorageEntry } from '../storage-entry.ts'

/**
 * One deviation of a preset from the chain: the default of a storage item, changed for every key (a subnet registered later
 * included) and in the metadata too. Code that sets an item to its default must ask `ctx.defaultOf(item)`.
 */
export interface Deviation {
  readonly item: string
  readonly prefix: string
  readonly value: string
  readonly bytes: Uint8Array
  readonly reason: string
}

/** Declares a deviation; only items with a default can deviate. */
export function deviation<K extends readonly unknown[], V>(entry: StorageEntry<K, V, V>, value: V, reason: string): Deviation {
  return {
    item: `${entry.pallet.name}.${entry.name}`,
    prefix: entry.prefix,
    value: String(value),
    bytes: encodeValue(entry.value, value),
    reason,
  }
}

export interface Preset {
  readonly name: PresetName
  readonly blockTimeMs: number
  readonly deviations: readonly Deviation[]
}

export type PresetName = 'default' | 'fast'
