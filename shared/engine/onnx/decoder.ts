import type { CacheForm } from './graph-form.ts'
import type { OnnxSession } from './open-session.ts'
import type { KvShape } from './slot-memory.ts'

/** What is wanted of the new tokens: their logits, their last hidden rows, both, or only their place in the cache. */
export type WantedRows = 'logits' | 'hidden' | 'both' | 'none'

/** One row a token; empty where not wanted. */
export interface DecoderRows {
  readonly logits: Float32Array
  readonly hidden: Float32Array
}

/** Keys and values of one sequence. */
export interface DecoderCache {
  readonly length: number
  readonly bytes: number
}

/** Sequences that take every step together. */
export interface DecoderBatch<Cache extends DecoderCache> {
  readonly rows: number
  /** Bytes of keys and values that it holds, padding included. */
  readonly bytes: number
  /** Adds a sequence as the last row; the cache itself is used up. */
  join(cache: Cache): void
  /** Takes a row away; the last row takes its place. */
  leave(row: number): void
  /** Adds one token to every row; their logits, row after row, overwritten by the next step, and their hidden rows where wanted. */
  step(tokenIds: readonly number[], withHidden: boolean): Promise<DecoderRows>
  /** Gives back memory that no row needs. */
  trim(): void
}

/** A decoder graph in the layout of Hugging Face exports. What it computes for a sequence depends on that sequence alone, whoever shares its batch. */
export interface Decoder<Cache extends DecoderCache = DecoderCache> {
  readonly form: CacheForm
  /** Bytes of keys and values of one token. */
  readonly bytesPerToken: number
  /** Whether the graph gives its last hidden rows. */
  readonly hasHidden: boolean
  /** Tokens that a sequence of this length has place for. */
  capacityOf(length: number): number
  openCache(): Cache
  /** Adds tokens to a sequence; the rows that are wanted, one a token. Throws ENGINE_HIDDEN where the graph has no hidden rows. */
  extend(cache: Cache, ids: readonly number[], wanted: WantedRows): Promise<DecoderRows>
  /** The rows of a whole sequence, without a cache to go on from. */
  prefill(ids: readonly number[], wanted: WantedRows): Promise<DecoderRows>
  openBatch(): DecoderBatch<Cache>
  release(): Promise<void>
}

export interface DecoderShape {
  readonly kvHeads: number
  readonly headDim: number
  readonly vocab: number
}

/** What a decoder's cache is made of, as session and shape tell it. */
export interface DecoderLayout extends DecoderShape {
  readonly session: OnnxSession
  readonly kv: KvShape
  /** Inputs of keys and values, and for each the output that carries what follows. */
  readonly pasts: readonly string[]
  readonly nexts: readonly string[]
  readonly hasPositions: boolean
  /** Output of the last hidden rows. */
  readonly hidden: string | undefined
  /** Whether the graph is told how many rows of logits are wanted. */
  readonly choosesLogits: boolean
  readonly halfLogits: boolean
}
