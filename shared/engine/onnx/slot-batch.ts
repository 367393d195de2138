import type { DecoderBatch, DecoderLayout } from './decoder.ts'
import { floatsOfHalves } from './half-floats.ts'
import { makeTensor, type OnnxTensor } from './open-session.ts'
import { outputsOf, pastFeeds, readRows } from './run-decoder.ts'
import { bytesPerToken, createSlotMemory, type KvArray, type SlotCache } from './slot-memory.ts'

/** What a step is run with; made again only where rows or slots changed. */
interface Step {
  readonly feeds: Record<string, OnnxTensor>
  readonly fetches: Record<string, OnnxTensor>
  readonly ids: BigInt64Array
  readonly positions: BigInt64Array
  /** [rows, width]: which slots a row sees. */
  readonly mask: BigInt64Array
  readonly width: number
  readonly logits: Float32Array | Uint16Array
  readonly fresh: readonly KvArray[]
}

/** Sequences that share one memory of slots; a step allocates nothing unless a row came, went or needs more slots. */
export function openSlotBatch(
  layout: DecoderLayout,
  form: 'slots' | 'shared',
  capacityOf: (length: number) => number,
): DecoderBatch<SlotCache> {
  const { session, kv } = layout
  const memory = createSlotMemory(kv)
  let step: Step | undefined

  const longest = () => memory.lengths.reduce((most, length) => Math.max(most, length), 0)
  const ready = (): Step => {
    const needed = capacityOf(longest() + 1)
    if (needed > memory.capacity) {
      memory.reserve(memory.rows, needed)
      step = undefined
    }
    step ??= prepareStep(layout, form, memory)
    return step
  }
  return {
    get rows() {
      return memory.rows
    },
    get bytes() {
      return memory.rows * memory.capacity * bytesPerToken(kv)
    },
    join(cache) {
      const capacity = Math.max(memory.capacity, capacityOf(cache.length + 1))
      memory.reserve(placesFor(memory.rows + 1, capacity), capacity)
      memory.join(cache.memory)
      step = undefined
    },
    leave(row) {
      memory.leave(row)
      step = undefined
    },
    async step(tokenIds, withHidden) {
      const { feeds, fetches, ids, positions, mask, width, logits, fresh } = ready()
      for (const [row, length] of memory.lengths.entries()) {
        ids[row] = BigInt(tokenIds[row] ?? 0)
        positions[row] = BigInt(length)
        if (form === 'shared') mask[row * width + length] = 1n
      }
      // The runtime makes place for hidden rows itself: how wide they are stands nowhere before.
      const wide = withHidden ? Object.fromEntries(outputsOf(layout, 'hidden').map(name => [name, null])) : {}
      const found = await session.run(feeds, { ...fetches, ...wide })
      if (form === 'slots') {
        for (const [row, length] of memory.lengths.entries()) mask[row * width + length] = 1n
        memory.append(fresh, 1)
      } else memory.advance(1)
      const { hidden } = readRows(layout, found, withHidden ? 'hidden' : 'none', memory.rows)
      return { logits: logits instanceof Float32Array ? logits : floatsOfHalves(logits), hidden }
    },
    trim() {
      const needed = memory.rows === 0 ? 0 : capacityOf(longest() + 1)
      if (needed * 2 > memory.capacity && memory.rows > 0) return
      memory.reserve(placesFor(memory.rows, needed), needed)
      step = undefined
    },
  }
}

function prepareStep(layout: DecoderLayout, form: 'slots' | 'shared', memory: SlotCache['memory']): Step {
  const { kv, nexts, vocab, hasPositions, halfLogits } = layout
  const { rows, capacity, lengths } = memory
  const ids = new BigInt64Array(rows)
  const positions = new BigInt64Array(rows)
  // A new row of `slots` stands behind all slots of the past, one of `shared` in a slot.
  const width = form === 'slots' ? capacity + 1 : capacity
  const mask = new BigInt64Array(rows * width)
  for (const [row, length] of lengths.entries()) {
    mask.fill(1n, row * width, row * width + length)
    if (form === 'slots') mask[row * width + capacity] = 1n
  }
  const past = pastFeeds(layout, memory)
  const feeds: Record<string, OnnxTensor> = {
    ...past,
    input_ids: makeTensor('int64', ids, [rows, 1]),
    attention_mask: makeTensor('int64', mask, [rows, width]),
    ...(hasPositions && { position_ids: makeTensor('int64', positions, [rows, 1]) }),
    ...(layout.choosesLogits && { num_logits_to_keep: makeTensor('int64', BigInt64Array.of(0n), []) }),
  }
  const logits = halfLogits ? new Uint16Array(rows * vocab) : new Float32Array(rows * vocab)
  const fetches: Record<string, OnnxTensor> = { logits: makeTensor(halfLogits ? 'float16' : 'float32', logits, [rows, 1, vocab]) }
  const fresh = nexts.map((next, index) => {
    const kept = past[layout.pasts[index] ?? '']
    if (form === 'shared' && kept !== undefined) {
      fetches[next] = kept
      return memory.view(index)
    }
    const size = rows * kv.heads * kv.headDim
    const array = kv.half ? new Uint16Array(size) : new Float32Array(size)
    fetches[next] = makeTensor(kv.half ? 'float16' : 'float32', array, [rows, kv.heads, 1, kv.headDim])
    return array
  })
  return { feeds, fetches, ids, positions, mask, width, logits, fresh }
}

// A few at a time, so that not every newcomer moves all others; where rows are long, an empty one would cost more than that.
function placesFor(rows: number, capacity: number): number {
  const some = Math.max(1, Math.min(4, Math.floor(1_024 / Math.max(1, capacity))))
  return Math.ceil(rows / some) * some
}
