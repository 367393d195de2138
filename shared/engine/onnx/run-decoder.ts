import { AssayError } from '../../errors/assay-error.ts'
import type { DecoderLayout, DecoderRows, WantedRows } from './decoder.ts'
import { floatsOfHalves } from './half-floats.ts'
import { layoutError } from './layout-error.ts'
import { makeTensor, type OnnxTensor } from './open-session.ts'
import type { KvArray, SlotMemory } from './slot-memory.ts'

export type Feeds = Record<string, OnnxTensor>

/** Inputs of new tokens of one sequence that stand behind `past` tokens; `places` is how many slots the past takes, those after its tokens empty. */
export function tokenFeeds(layout: DecoderLayout, ids: readonly number[], past: number, places: number): Feeds {
  const mask = new BigInt64Array(places + ids.length).fill(1n)
  mask.fill(0n, past, places)
  const feeds: Feeds = {
    input_ids: makeTensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
    attention_mask: makeTensor('int64', mask, [1, mask.length]),
  }
  if (layout.hasPositions)
    feeds.position_ids = makeTensor(
      'int64',
      BigInt64Array.from(ids, (_, index) => BigInt(past + index)),
      [1, ids.length],
    )
  // Nought asks for the logits of all new tokens.
  if (layout.choosesLogits) feeds.num_logits_to_keep = makeTensor('int64', BigInt64Array.of(0n), [])
  return feeds
}

/** The tensors of keys and values over a memory. */
export function pastFeeds({ kv, pasts }: DecoderLayout, memory: SlotMemory): Feeds {
  const dims = [memory.rows, kv.heads, memory.capacity, kv.headDim]
  return Object.fromEntries(pasts.map((past, index) => [past, makeTensor(kv.half ? 'float16' : 'float32', memory.view(index), dims)]))
}

/** The outputs that hold the wanted rows. */
export function outputsOf({ hidden }: DecoderLayout, wanted: WantedRows): readonly string[] {
  const logits = wanted === 'logits' || wanted === 'both' ? ['logits'] : []
  if (wanted === 'logits' || wanted === 'none') return logits
  if (hidden === undefined) throw new AssayError('ENGINE_HIDDEN')
  return [...logits, hidden]
}

/** The wanted rows of a run, `rows` of each. */
export function readRows(
  { vocab, hidden = '' }: DecoderLayout,
  found: Readonly<Record<string, OnnxTensor>>,
  wanted: WantedRows,
  rows: number,
): DecoderRows {
  return {
    logits: wanted === 'logits' || wanted === 'both' ? rowsOf(found.logits, rows, vocab) : new Float32Array(),
    hidden: wanted === 'hidden' || wanted === 'both' ? rowsOf(found[hidden], rows) : new Float32Array(),
  }
}

/** The rows of an output in float32; throws MODEL_GRAPH where they are not `width` numbers each. */
function rowsOf(tensor: OnnxTensor | undefined, rows: number, width?: number): Float32Array {
  const data = tensor?.data
  const values = data instanceof Float32Array ? data : isHalves(data) ? floatsOfHalves(bitsOf(data)) : undefined
  if (values === undefined || (width === undefined ? values.length % rows !== 0 : values.length !== rows * width))
    throw layoutError(`an output is not ${rows} rows${width === undefined ? '' : ` of ${width} numbers`} in float32 or float16`)
  return values
}

/** Elements of keys or values as they are kept. */
export function kvOf(tensor: OnnxTensor | undefined): KvArray {
  const data = tensor?.data
  if (data instanceof Float32Array) return data
  if (isHalves(data)) return bitsOf(data)
  throw layoutError('its keys and values are neither float32 nor float16')
}

// The bits of float16 arrive as Uint16Array, and on a runtime that knows the type as Float16Array.
function isHalves(data: unknown): data is ArrayBufferView {
  return ArrayBuffer.isView(data) && (data instanceof Uint16Array || data.constructor.name === 'Float16Array')
}

function bitsOf(data: ArrayBufferView): Uint16Array {
  return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
}
