import { AssayError } from '../../errors/assay-error.ts'
import { type ElementType, makeTensor, type OnnxSession, type OnnxTensor } from './open-session.ts'

/** Keys and values of every layer for the tokens seen so far. */
export interface KvCache {
  readonly length: number
  readonly tensors: Readonly<Record<string, OnnxTensor>>
}

export interface DecoderShape {
  readonly kvHeads: number
  readonly headDim: number
  readonly vocab: number
}

/** A decoder graph in the layout of Hugging Face exports, for one sequence. */
export interface Decoder {
  /** Logits of every new token, row after row, and the cache that continues after them. */
  extend(ids: readonly number[], cache?: KvCache): Promise<{ logits: Float32Array; cache: KvCache }>
  /** Logits of a whole sequence, without a cache to go on from. */
  prefill(ids: readonly number[]): Promise<Float32Array>
  release(): Promise<void>
}

const pastName = /^past_key_values\.(\d+)\.(key|value)$/

/** Wraps a session; throws MODEL_GRAPH where its inputs and outputs are not those of a decoder. */
export function createDecoder(session: OnnxSession, shape: DecoderShape): Decoder {
  const pastNames = session.inputNames.filter(name => pastName.test(name))
  const presentNames = pastNames.map(name => name.replace('past_key_values', 'present'))
  assertLayout(session, presentNames)
  const emptyCache: KvCache = { length: 0, tensors: Object.fromEntries(pastNames.map(name => [name, emptyPast(session, name, shape)])) }

  const run = async (ids: readonly number[], cache: KvCache, wanted: readonly string[]) => {
    const total = cache.length + ids.length
    const feeds: Record<string, OnnxTensor> = { ...cache.tensors, input_ids: longs(ids), attention_mask: longs(new Array(total).fill(1)) }
    if (session.inputNames.includes('position_ids')) feeds.position_ids = longs(ids.map((_, index) => cache.length + index))
    return session.run(feeds, wanted)
  }
  const logitsOf = (outputs: Readonly<Record<string, OnnxTensor>>, rows: number): Float32Array => {
    const logits = outputs.logits?.data
    if (!(logits instanceof Float32Array) || logits.length !== rows * shape.vocab)
      throw layout(`its logits are not ${rows} rows of ${shape.vocab} numbers in float32`)
    return logits
  }
  return {
    extend: async (ids, cache = emptyCache) => {
      const outputs = await run(ids, cache, ['logits', ...presentNames])
      const tensors = Object.fromEntries(pastNames.flatMap((name, index) => entryOf(name, outputs[presentNames[index] ?? ''])))
      return { logits: logitsOf(outputs, ids.length), cache: { length: cache.length + ids.length, tensors } }
    },
    // Only the logits are asked for: keys and values that nobody reads need not leave the runtime.
    prefill: async ids => logitsOf(await run(ids, emptyCache, ['logits']), ids.length),
    release: () => session.release(),
  }
}

function entryOf(name: string, tensor: OnnxTensor | undefined): [string, OnnxTensor][] {
  return tensor === undefined ? [] : [[name, tensor]]
}

function assertLayout(session: OnnxSession, presentNames: readonly string[]): void {
  for (const name of ['input_ids', 'attention_mask']) if (!session.inputNames.includes(name)) throw layout(`it has no input ${name}`)
  for (const name of ['logits', ...presentNames]) if (!session.outputNames.includes(name)) throw layout(`it has no output ${name}`)
  const unknown = session.inputNames.find(name => !['input_ids', 'attention_mask', 'position_ids'].includes(name) && !pastName.test(name))
  if (unknown !== undefined) throw layout(`it has the unknown input ${unknown}`)
}

function emptyPast(session: OnnxSession, name: string, { kvHeads, headDim }: DecoderShape): OnnxTensor {
  const type: ElementType = halfPast(session, name) ? 'float16' : 'float32'
  return makeTensor(type, type === 'float16' ? new Uint16Array(0) : new Float32Array(0), [1, kvHeads, 0, headDim])
}

function halfPast(session: OnnxSession, name: string): boolean {
  const metadata = session.inputMetadata.find(input => input.name === name)
  return metadata?.isTensor === true && metadata.type === 'float16'
}

function longs(values: readonly number[]): OnnxTensor {
  return makeTensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
}

function layout(problem: string): AssayError {
  return new AssayError('MODEL_GRAPH', { file: 'model.onnx', problem })
}
