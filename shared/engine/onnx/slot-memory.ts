import type { DecoderCache } from './decoder.ts'

/** Elements of keys and values: float32, or the bits of float16. */
export type KvArray = Float32Array | Uint16Array

export interface KvShape {
  /** Arrays of keys and of values: two for each layer. */
  readonly arrays: number
  readonly heads: number
  readonly headDim: number
  readonly half: boolean
}

/**
 * Keys and values of some sequences, one row each: token t of a row lies at slot t, whoever shares the memory. Array k is
 * [rows, heads, capacity, headDim]. What lies behind a row's last token is zero, so that a masked slot adds exactly nothing.
 */
export interface SlotMemory {
  readonly rows: number
  readonly capacity: number
  /** Tokens of each row. */
  readonly lengths: readonly number[]
  /** The rows in use of array `index`, as long as nothing is reserved or taken away. */
  view(index: number): KvArray
  /** Makes place for this many rows of this many slots; either may shrink to what is in use. */
  reserve(rows: number, capacity: number): void
  /** Adds an empty row; there must be place for it. */
  open(): void
  /** Adds the first row of another memory as the last row here; there must be place for it. */
  join(from: SlotMemory): void
  /** Takes a row away; the last row takes its place. */
  leave(row: number): void
  /** Adds `count` tokens to every row from new arrays [rows, heads, count, headDim]. */
  append(fresh: readonly KvArray[], count: number): void
  /** Counts tokens that stand in their slots already. */
  advance(count: number): void
}

/** A sequence that has a memory of its own. */
export interface SlotCache extends DecoderCache {
  readonly memory: SlotMemory
}

/** Bytes that one token of one sequence needs. */
export function bytesPerToken({ arrays, heads, headDim, half }: KvShape): number {
  return arrays * heads * headDim * (half ? 2 : 4)
}

/** An empty memory. */
export function createSlotMemory({ arrays, heads, headDim, half }: KvShape): SlotMemory {
  const make = (size: number): KvArray => (half ? new Uint16Array(size) : new Float32Array(size))
  const lengths: number[] = []
  const held: KvArray[] = Array.from({ length: arrays }, () => make(0))
  let capacity = 0
  let places = 0

  const blockOf = (row: number, head: number) => (row * heads + head) * capacity * headDim
  const clear = (array: KvArray, row: number, from: number, to: number) => {
    for (let head = 0; head < heads; head++) array.fill(0, blockOf(row, head) + from * headDim, blockOf(row, head) + to * headDim)
  }
  /** Copies the tokens of every row to where a new capacity wants them; within one array in the order in which none is overwritten. */
  const move = (from: KvArray, to: KvArray, wide: number) => {
    const count = lengths.length * heads
    for (let step = 0; step < count; step++) {
      const block = wide > capacity ? count - 1 - step : step
      const start = block * capacity * headDim
      const end = start + (lengths[Math.floor(block / heads)] ?? 0) * headDim
      if (from === to) to.copyWithin(block * wide * headDim, start, end)
      else to.set(from.subarray(start, end), block * wide * headDim)
    }
  }
  const advance = (count: number) => {
    for (let row = 0; row < lengths.length; row++) lengths[row]! += count
  }
  return {
    get rows() {
      return lengths.length
    },
    get capacity() {
      return capacity
    },
    lengths,
    view: index => (held[index] ?? make(0)).subarray(0, lengths.length * heads * capacity * headDim),
    reserve(rows, wide) {
      if (rows <= places && wide === capacity) return
      const size = rows * heads * wide * headDim
      for (const [index, array] of held.entries()) {
        // In place where it fits and does not hold far more than is needed.
        const fits = array.length >= size && array.length <= 2 * size
        const target = fits ? array : make(size)
        move(array, target, wide)
        held[index] = target
      }
      capacity = wide
      places = Math.floor((held[0]?.length ?? 0) / Math.max(1, heads * wide * headDim))
      for (const array of held) for (const [row, length] of lengths.entries()) clear(array, row, length, wide)
    },
    open() {
      lengths.push(0)
      for (const array of held) clear(array, lengths.length - 1, 0, capacity)
    },
    join(from) {
      const row = lengths.length
      const length = from.lengths[0] ?? 0
      lengths.push(length)
      for (const [index, array] of held.entries()) {
        const source = from.view(index)
        for (let head = 0; head < heads; head++) {
          const start = head * from.capacity * headDim
          array.set(source.subarray(start, start + length * headDim), blockOf(row, head))
        }
        clear(array, row, length, capacity)
      }
    },
    leave(row) {
      const last = lengths.length - 1
      const length = lengths[last] ?? 0
      if (row !== last)
        for (const array of held) {
          for (let head = 0; head < heads; head++)
            array.copyWithin(blockOf(row, head), blockOf(last, head), blockOf(last, head) + length * headDim)
          clear(array, row, length, Math.max(length, lengths[row] ?? 0))
        }
      lengths[row] = length
      lengths.pop()
    },
    append(fresh, count) {
      const size = count * headDim
      for (const [index, array] of held.entries()) {
        const source = fresh[index]
        if (source === undefined) continue
        for (let row = 0, from = 0; row < lengths.length; row++)
          for (let head = 0; head < heads; head++) {
            // Element by element: the pieces are too short for a view each.
            for (let to = blockOf(row, head) + (lengths[row] ?? 0) * headDim, end = to + size; to < end; ) array[to++] = source[from++]!
          }
      }
      advance(count)
    },
    advance,
  }
}
