import type { Decoder, DecoderLayout } from './decoder.ts'
import type { OnnxTensor } from './open-session.ts'
import { kvOf, outputsOf, pastFeeds, readRows, tokenFeeds } from './run-decoder.ts'
import { openSlotBatch } from './slot-batch.ts'
import { bytesPerToken, createSlotMemory, type SlotCache } from './slot-memory.ts'

/**
 * Slots grow by this many. Kernels add up the slots in groups of up to 16, so that empty slots change no bit of a result only where
 * every row, alone or not, has a multiple of that.
 */
const grain = 32

/** A decoder whose past stays in one memory of ours: the graph gives only the new rows (`slots`) or writes them into it (`shared`). */
export function createSlotDecoder(layout: DecoderLayout, form: 'slots' | 'shared'): Decoder<SlotCache> {
  const { session, kv, pasts, nexts } = layout
  const perToken = bytesPerToken(kv)
  const capacityOf = (length: number) => Math.ceil(length / grain) * grain
  const extend: Decoder<SlotCache>['extend'] = async ({ memory }, ids, wanted) => {
    const wantedOutputs = outputsOf(layout, wanted)
    const length = memory.lengths[0] ?? 0
    const place = capacityOf(length + ids.length)
    if (form === 'shared') memory.reserve(1, place)
    const past = pastFeeds(layout, memory)
    // Slots behind the last token are masked out; who writes into the slots is told of no more than there will be.
    const feeds = { ...tokenFeeds(layout, ids, length, form === 'shared' ? length : memory.capacity), ...past }
    const kept = nexts.map((next, index): [string, OnnxTensor | null] => [
      next,
      form === 'shared' ? (past[pasts[index] ?? ''] ?? null) : null,
    ])
    const outputs = await session.run(feeds, Object.fromEntries([...wantedOutputs.map(name => [name, null] as const), ...kept]))
    if (form === 'shared') memory.advance(ids.length)
    else {
      memory.reserve(1, place)
      const fresh = nexts.map(next => kvOf(outputs[next]))
      memory.append(fresh, ids.length)
    }
    return readRows(layout, outputs, wanted, ids.length)
  }
  const openCache = (): SlotCache => {
    const memory = createSlotMemory(kv)
    memory.reserve(1, 0)
    memory.open()
    return {
      memory,
      get length() {
        return memory.lengths[0] ?? 0
      },
      get bytes() {
        return memory.capacity * perToken
      },
    }
  }
  return {
    form,
    bytesPerToken: perToken,
    hasHidden: layout.hidden !== undefined,
    capacityOf,
    openCache,
    extend,
    // Keys and values that nobody reads need not leave the runtime.
    prefill: async (ids, wanted) => {
      const feeds = { ...tokenFeeds(layout, ids, 0, 0), ...pastFeeds(layout, openCache().memory) }
      return readRows(layout, await session.run(feeds, outputsOf(layout, wanted)), wanted, ids.length)
    },
    openBatch: () => openSlotBatch(layout, form, capacityOf),
    release: () => session.release(),
  }
}
