import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { AssayError } from '../../errors/assay-error.ts'
import { isTensorType, type Tensors, type TensorType, type TensorValue } from '../../protocol/tensor-value.ts'
import type { TensorSpec } from '../tensor-port.ts'

const views = {
  ...{ float32: Float32Array, float64: Float64Array, float16: Uint16Array, int8: Int8Array, int16: Int16Array, int32: Int32Array },
  ...{ int64: BigInt64Array, uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, uint64: BigUint64Array, bool: Uint8Array },
} as const satisfies Record<TensorType, unknown>

/** The inputs or outputs of a graph as it declares them. Throws ENGINE_START where one of them is no tensor of numbers. */
export function readSignature(metadata: readonly InferenceSession.ValueMetadata[], model: string): TensorSpec[] {
  return metadata.map(value => {
    if (!value.isTensor || !isTensorType(value.type))
      throw new AssayError('ENGINE_START', { model, problem: `${value.name} is no tensor of numbers` })
    return { name: value.name, type: value.type, shape: value.shape.map(size => (typeof size === 'number' || size !== '' ? size : -1)) }
  })
}

/** Runs a graph once over tensors that fit its signature. */
export async function runTensors(session: InferenceSession, inputs: Tensors, outputs: readonly string[]): Promise<Tensors> {
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, tensorOf(value)]))
  // The runtime's own log quotes what it was given.
  const fetched = await session.run(feeds, outputs, { logSeverityLevel: 4 })
  return Object.fromEntries(Object.entries(fetched).map(([name, value]) => [name, valueFrom(name, value)]))
}

function tensorOf({ type, shape, bytes }: TensorValue): Tensor {
  // A copy: what came over the wire need not begin where an element of this size may.
  const { buffer } = Uint8Array.from(bytes)
  return new Tensor(type, new views[type](buffer) as Tensor['data'], shape)
}

function valueFrom(name: string, { type, dims, data }: InferenceSession.OnnxValueMapType[string]): TensorValue {
  if (!isTensorType(type) || !ArrayBuffer.isView(data)) throw new TypeError(`${name} came out as no tensor of numbers`)
  return { type, shape: dims, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
}
