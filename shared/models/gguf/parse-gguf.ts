import { AssayError } from '../../errors/assay-error.ts'
import { align, ggufAlignment, ggufType, ggufVersion } from './gguf-format.ts'

export type GgufScalar = number | bigint | boolean | string

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufScalar | readonly GgufScalar[]>
  readonly tensors: readonly { readonly name: string; readonly dims: readonly number[]; readonly type: number; readonly offset: number }[]
  /** Where the first tensor's elements begin; offsets count from here. */
  readonly dataOffset: number
}

const maxEntries = 1_000_000
const maxDims = 4

/** Reads metadata and table of tensors from the beginning of a GGUF file of version 3; throws MODEL_GRAPH where it is none or cut off. */
export function parseGguf(bytes: Uint8Array, file = 'model.gguf'): GgufHeader {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const broken = (problem: string) => new AssayError('MODEL_GRAPH', { file, problem })
  let at = 0
  const take = (length: number) => {
    if (length > view.length - at) throw broken(`its header ends inside a value at byte ${at}`)
    at += length
    return at - length
  }
  const uint32 = () => view.readUInt32LE(take(4))
  const size = (most: number) => {
    const value = view.readBigUInt64LE(take(8))
    if (value > BigInt(most)) throw broken(`its header claims ${value} of something at byte ${at - 8}`)
    return Number(value)
  }
  const text = () => {
    const length = size(view.length)
    const from = take(length)
    return view.toString('utf8', from, from + length)
  }
  const readers: Readonly<Record<number, () => GgufScalar>> = {
    [ggufType.uint8]: () => view.readUInt8(take(1)),
    [ggufType.int8]: () => view.readInt8(take(1)),
    [ggufType.uint16]: () => view.readUInt16LE(take(2)),
    [ggufType.int16]: () => view.readInt16LE(take(2)),
    [ggufType.uint32]: uint32,
    [ggufType.int32]: () => view.readInt32LE(take(4)),
    [ggufType.float32]: () => view.readFloatLE(take(4)),
    [ggufType.bool]: () => view.readUInt8(take(1)) !== 0,
    [ggufType.string]: text,
    [ggufType.uint64]: () => view.readBigUInt64LE(take(8)),
    [ggufType.int64]: () => view.readBigInt64LE(take(8)),
    [ggufType.float64]: () => view.readDoubleLE(take(8)),
  }
  const readerOf = (type: number) => {
    const reader = readers[type]
    if (reader === undefined) throw broken(`its header has the unknown type ${type} at byte ${at}`)
    return reader
  }
  const value = () => {
    const type = uint32()
    if (type !== ggufType.array) return readerOf(type)()
    const reader = readerOf(uint32())
    return Array.from({ length: size(maxEntries) }, () => reader())
  }
  if (view.toString('latin1', 0, 4) !== 'GGUF') throw broken('it does not begin with GGUF')
  take(4)
  const version = uint32()
  if (version !== ggufVersion) throw broken(`it has the GGUF version ${version}, and ${ggufVersion} is read`)
  const [tensorCount, entryCount] = [size(maxEntries), size(maxEntries)]
  const metadata = new Map<string, GgufScalar | readonly GgufScalar[]>()
  for (let entry = 0; entry < entryCount; entry++) metadata.set(text(), value())
  const tensors = Array.from({ length: tensorCount }, () => {
    const name = text()
    const dimCount = uint32()
    if (dimCount > maxDims) throw broken(`its tensor ${name} has ${dimCount} dimensions`)
    const dims = Array.from({ length: dimCount }, () => size(Number.MAX_SAFE_INTEGER))
    return { name, dims, type: uint32(), offset: size(Number.MAX_SAFE_INTEGER) }
  })
  const alignment = metadata.get('general.alignment')
  return { metadata, tensors, dataOffset: align(at, typeof alignment === 'number' && alignment > 0 ? alignment : ggufAlignment) }
}
