import type { Context, DispatchOutcome } from '../context.ts'
import { DispatchError, moduleErrorValue } from '../dispatch-error.ts'
import { type Phase, phase as phaseCodec } from '../frame-types.ts'
import type { Origin } from '../origin.ts'
import { systemStorage } from '../pallets/system.ts'
import { timestampStorage } from '../pallets/timestamp.ts'
import type { Runtime } from '../runtime.ts'
import type { RuntimeCall } from '../runtime-call.ts'
import { decodeValue, encodeValue } from '../scale/codec.ts'
import { Writer } from '../scale/writer.ts'
import { Overlay } from '../state/overlay.ts'
import type { StateView } from '../state/state-view.ts'
import type { AnyStorageEntry, StorageEntry } from '../storage-entry.ts'

/** A context that its owner can also look into: the changes so far and the events, each already encoded as a record. */
export interface OpenContext extends Context {
  readonly changes: () => Overlay
  readonly events: Uint8Array[]
  phase: Phase
}

/** A context over a view of the state; its changes stay in an overlay until someone stores them. */
export function openContext(runtime: Runtime, base: StateView): OpenContext {
  const { named } = runtime
  let overlay = new Overlay(base)
  const events: Uint8Array[] = []

  const keyOf = (entry: AnyStorageEntry, keys: readonly unknown[]) => entry.keyOf(keys)
  const write = (entry: AnyStorageEntry, keys: readonly unknown[], value: unknown) =>
    overlay.set(keyOf(entry, keys), encodeValue(entry.value, value, named))

  const ctx: OpenContext = {
    phase: { type: 'Initialization' },
    events,
    changes: () => overlay,
    get block() {
      return ctx.get(systemStorage.Number)
    },
    get now() {
      return ctx.get(timestampStorage.Now)
    },
    get parentHash() {
      return ctx.get(systemStorage.ParentHash)
    },
    get<K extends readonly unknown[], V, R>(entry: StorageEntry<K, V, R>, ...keys: K): R {
      return entry.read(overlay.get(entry.keyOf(keys)), runtime.presetDefault(entry.prefix), named)
    },
    has: (entry, ...keys) => overlay.get(entry.keyOf(keys)) !== undefined,
    set(entry, ...keysAndValue) {
      write(entry, keysAndValue.slice(0, -1), keysAndValue.at(-1))
    },
    remove: (entry, ...keys) => overlay.set(entry.keyOf(keys), null),
    removePrefix(entry, ...keys) {
      const found = overlay.keys(entry.keyOf(keys))
      for (const key of found) overlay.set(key, null)
      return found.length
    },
    keys: (entry, ...keys) => overlay.keys(entry.keyOf(keys)).map(key => entry.parseKey(key)),
    entries<K extends readonly unknown[], V, R>(entry: StorageEntry<K, V, R>, ...keys: Partial<K>): [K, V][] {
      return overlay
        .keys(entry.keyOf(keys))
        .map(key => [entry.parseKey(key), decodeValue(entry.value, overlay.get(key) ?? entry.fallback, named)])
    },
    defaultOf: entry => entry.read(undefined, runtime.presetDefault(entry.prefix), named),
    getRaw: key => overlay.get(key),
    setRaw: (key, value) => overlay.set(key, value ?? null),
    rawKeys: prefix => overlay.keys(prefix),
    deposit(event, fields) {
      const out = new Writer(named)
      phaseCodec.encode(ctx.phase, out)
      out.u8(event.pallet.index)
      out.u8(event.index)
      event.encode(fields, out)
      out.compact(0)
      events.push(out.finish())
    },
    transact(run) {
      const outer = overlay
      const eventsBefore = events.length
      overlay = new Overlay(outer)
      try {
        const result = run()
        overlay.mergeInto(outer)
        return result
      } catch (error) {
        events.length = eventsBefore
        throw error
      } finally {
        overlay = outer
      }
    },
    dispatch: (call, origin) => dispatchCall(ctx, call, origin),
  }
  return ctx
}

/** Guard, layer, dispatch; a DispatchError becomes the outcome, anything else is a fault of ours and goes on. */
function dispatchCall(ctx: OpenContext, call: RuntimeCall, origin: Origin): DispatchOutcome {
  const refusal = call.validate(ctx, origin)
  if (refusal !== null) return { error: refusal.error === undefined ? { type: 'Other' } : moduleErrorValue(refusal.error) }
  try {
    const pays = ctx.transact(() => call.dispatch(ctx, origin))
    return pays === undefined ? {} : { pays }
  } catch (error) {
    if (error instanceof DispatchError) return { error: error.value }
    throw error
  }
}
