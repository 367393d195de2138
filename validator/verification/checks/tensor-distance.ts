import { fromFloat16 } from '../../../shared/proof/float16.ts'
import { elementBytes, type TensorValue } from '../../../shared/protocol/tensor-value.ts'

/** How far an output is from the reference's. */
export interface TensorDistance {
  /** ||found - reference|| / ||reference||; of two outputs that are both all zero 0. */
  readonly relative: number
  /** Largest |found - reference| of one element. */
  readonly largest: number
}

/** The distance of two tensors; null where type, shape or bytes differ so that they cannot be compared. NaN and infinities are alike where they stand in the same places, and infinitely far elsewhere. */
export function tensorDistance(found: TensorValue, reference: TensorValue): TensorDistance | null {
  const same =
    found.type === reference.type && found.shape.join() === reference.shape.join() && found.bytes.length === reference.bytes.length
  if (!same || found.bytes.length % elementBytes[found.type] !== 0) return null
  const a = readerOf(found)
  const b = readerOf(reference)
  let difference = 0
  let norm = 0
  let largest = 0
  for (let index = 0; index < found.bytes.length / elementBytes[found.type]; index++) {
    const [x, y] = [a(index), b(index)]
    if (Object.is(x, y) || x === y) {
      if (Number.isFinite(y)) norm += y * y
      continue
    }
    const apart = Math.abs(x - y)
    if (!Number.isFinite(apart)) return { relative: Number.POSITIVE_INFINITY, largest: Number.POSITIVE_INFINITY }
    difference += apart * apart
    norm += y * y
    largest = Math.max(largest, apart)
  }
  return { relative: difference === 0 ? 0 : Math.sqrt(difference / norm), largest }
}

/** 1 - cosine of two vectors of one length; null where they have different lengths or one has none. */
export function cosineDistance(found: ArrayLike<number>, reference: ArrayLike<number>): number | null {
  if (found.length !== reference.length) return null
  let [product, a, b] = [0, 0, 0]
  for (let index = 0; index < found.length; index++) {
    const [x = 0, y = 0] = [found[index], reference[index]]
    product += x * y
    a += x * x
    b += y * y
  }
  const cosine = product / Math.sqrt(a * b)
  return Number.isFinite(cosine) ? Math.max(0, 1 - cosine) : null
}

function readerOf({ type, bytes }: TensorValue): (index: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (type) {
    case 'float32':
      return index => view.getFloat32(4 * index, true)
    case 'float64':
      return index => view.getFloat64(8 * index, true)
    case 'float16':
      return index => fromFloat16(view.getUint16(2 * index, true))
    case 'int8':
      return index => view.getInt8(index)
    case 'int16':
      return index => view.getInt16(2 * index, true)
    case 'int32':
      return index => view.getInt32(4 * index, true)
    case 'int64':
      return index => Number(view.getBigInt64(8 * index, true))
    case 'uint16':
      return index => view.getUint16(2 * index, true)
    case 'uint32':
      return index => view.getUint32(4 * index, true)
    case 'uint64':
      return index => Number(view.getBigUint64(8 * index, true))
    case 'uint8':
    case 'bool':
      return index => view.getUint8(index)
  }
}
