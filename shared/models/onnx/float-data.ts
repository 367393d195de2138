import { elementType, type OnnxTensor } from './graph.ts'

/** A copy of a float tensor's elements; undefined where they are of another type or not inside the graph. */
export function floatData(tensor: OnnxTensor): Float32Array | undefined {
  if (tensor.dataType !== elementType.float || tensor.rawData === undefined) return undefined
  const { buffer, byteOffset, byteLength } = tensor.rawData
  // Inside a file the elements begin anywhere; a Float32Array must begin at a multiple of four.
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
}

/** Elements as bytes. */
export function bytesOfFloats(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
