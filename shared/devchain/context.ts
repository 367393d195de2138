import type { EventDefinition } from './event.ts'
import type { DispatchErrorValue } from './frame-types.ts'
import type { Origin } from './origin.ts'
import type { RuntimeCall } from './runtime-call.ts'
import type { StorageEntry } from './storage-entry.ts'

/**
 * What a pallet's code sees of the chain. Inside a dispatch every change is undone when it throws; in `validate`, runtime
 * APIs and fee queries changes are thrown away at the end.
 */
export interface Context {
  /** The number of the block being built; in pool checks that of the next block, in runtime APIs that of the block read. */
  readonly block: number
  /** Timestamp.Now in milliseconds: the block's own once its inherent has run (on_initialize still sees the parent's). */
  readonly now: bigint
  readonly parentHash: string

  get<K extends readonly unknown[], V, R>(entry: StorageEntry<K, V, R>, ...keys: K): R
  /** Whether a value is stored (a default does not count). */
  has<K extends readonly unknown[], V, R>(entry: StorageEntry<K, V, R>, ...keys: K): boolean
  set<K extends readonly unknown[], V, R>(entry: StorageEntry<K, V, R>, ...keysAndValue: readonly [...K, V]): void
  remove<K extends readonly unknown[], V, R>(entry: StorageEntry<K, V, R>, ...keys: K): void
  /** Removes every value below the first keys; gives how many. */
  removePrefix<K extends readonly unknown[], V, R>(entry: StorageEntry<K, V, R>, ...keys: Partial<K>): number
  /** The stored keys below the first keys given, in the order of their bytes (hashes). */
  keys<K extends readonly unknown[], V, R>(entry: StorageEntry<K, V, R>, ...keys: Partial<K>): K[]
  entries<K extends readonly unknown[], V, R>(entry: StorageEntry<K, V, R>, ...keys: Partial<K>): [K, V][]
  /** The item's default on this chain: the preset's where it deviates, else the declared one. */
  defaultOf<K extends readonly unknown[], V>(entry: StorageEntry<K, V, V>): V

  /** Storage below typed items: key is hex without 0x. */
  getRaw(key: string): Uint8Array | undefined
  setRaw(key: string, value: Uint8Array | undefined): void
  rawKeys(prefix: string): string[]

  deposit<F>(event: EventDefinition<F>, fields: F): void
  /** Runs in a layer of its own: undone when it throws (the error goes on). */
  transact<T>(run: () => T): T
  /** Dispatches a call as another call would (sudo, batch): guard, layer, dispatch. Never throws a DispatchError. */
  dispatch(call: RuntimeCall, origin: Origin): DispatchOutcome
}

export interface DispatchOutcome {
  readonly error?: DispatchErrorValue
  /** What the call says after the fact about its fee (sudo is free). */
  readonly pays?: 'yes' | 'no'
}
