import { bytesOfFloats } from '../../shared/models/onnx/float-data.ts'
import {
  elementType,
  type GraphEntry,
  type OnnxNode,
  type OnnxTensor,
  proto,
  tensorEntry,
  writeGraph,
} from '../../shared/models/onnx/graph.ts'
import { floatField, messageField, type ProtoField, stringField, varintField } from '../../shared/models/onnx/protobuf.ts'

/** Element types of ONNX that the product's own surgery does not need. */
export const [uint8, int32, float16] = [2, 6, 10]
/** Domain of the operators that ONNX Runtime adds. */
export const microsoft = 'com.microsoft'

/** An attribute of a node: an integer, a list of integers, or a float tensor of one element. */
export type Attribute = number | readonly number[] | { readonly float: number }

/** How a graph is written. */
export interface WriterOptions {
  /** Type of the float tensors; in fp16 every float stands as half a word. */
  readonly floats?: 'fp32' | 'fp16'
}

/** Collects the parts of a graph; every `node` call returns the name of its first output. */
export function createGraphWriter({ floats: precision = 'fp32' }: WriterOptions = {}) {
  const entries: GraphEntry[] = []
  const constants = new Map<string, string>()
  const tensor = (entry: OnnxTensor) => {
    entries.push(entry)
    return entry.name
  }
  const floats = (name: string, dims: readonly number[], values: Float32Array) =>
    precision === 'fp16'
      ? tensor(tensorEntry({ name, dims, dataType: float16, rawData: halvesOf(values) }))
      : tensor(tensorEntry({ name, dims, dataType: elementType.float, rawData: bytesOfFloats(values) }))
  const bytes = (name: string, dims: readonly number[], rawData: Uint8Array) =>
    tensor(tensorEntry({ name, dims, dataType: uint8, rawData }))
  const longs = (values: readonly number[], dims: readonly number[] = [values.length]) => {
    const name = `long_${dims.length}_${values.join('_')}`
    if (constants.has(name)) return name
    constants.set(name, name)
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
    return tensor(tensorEntry({ name, dims, dataType: elementType.int64, rawData }))
  }
  const float = (value: number) => {
    const name = `float_${value}`
    if (constants.has(name)) return name
    constants.set(name, name)
    return floats(name, [], Float32Array.of(value))
  }
  const node = (
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, Attribute>> = {},
    { domain = '', more = [] }: { readonly domain?: string; readonly more?: readonly string[] } = {},
  ) => {
    const fields = [
      ...inputs.map(input => stringField(proto.node.input, input)),
      ...[output, ...more].map(one => stringField(proto.node.output, one)),
      stringField(proto.node.name, output),
      stringField(proto.node.opType, opType),
      ...Object.entries(attributes).map(attributeField),
      ...(domain === '' ? [] : [stringField(proto.node.domain, domain)]),
    ]
    const entry: OnnxNode = {
      kind: 'node',
      name: output,
      opType,
      inputs,
      outputs: [output, ...more],
      raw: messageField(proto.graph.node, fields).raw,
    }
    entries.push(entry)
    return output
  }
  const value = (kind: 'input' | 'output', name: string, type: number, dims: readonly (number | string)[]) => {
    const shape = dims.map(dim => messageField(1, [typeof dim === 'number' ? varintField(1, dim) : stringField(2, dim)]))
    const tensorType = messageField(1, [varintField(1, type), messageField(2, shape)])
    const field = messageField(proto.graph[kind], [stringField(proto.value.name, name), messageField(proto.value.type, [tensorType])])
    entries.push({ kind, name, raw: field.raw })
    return name
  }
  const build = () =>
    writeGraph({
      head: [varintField(proto.model.irVersion, 8), stringField(proto.model.producer, 'assay')],
      entries: [...entries, { kind: 'other', number: proto.graph.name, raw: stringField(proto.graph.name, 'decoder').raw }],
      tail: [
        messageField(proto.model.opsetImport, [stringField(1, ''), varintField(2, 17)]),
        messageField(proto.model.opsetImport, [stringField(1, microsoft), varintField(2, 1)]),
      ],
    })
  return { floats, bytes, longs, float, node, value, build, floatType: precision === 'fp16' ? float16 : elementType.float }
}

/** Float16 bits of numbers, rounded to the nearest; too large ones become infinite. */
export function halvesOf(values: Float32Array): Uint8Array {
  const halves = Uint16Array.from(values, value => {
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
    const size = Math.abs(value)
    if (size >= 65_520) return sign | 0x7c00
    if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24)
    const exponent = Math.floor(Math.log2(size))
    // A fraction that rounds up to 1024 carries into the exponent by itself.
    return sign | (((exponent + 15) << 10) + Math.round((size / 2 ** exponent - 1) * 1_024))
  })
  return new Uint8Array(halves.buffer)
}

function attributeField([name, value]: [string, Attribute]): ProtoField {
  const head = stringField(proto.attribute.name, name)
  if (typeof value === 'number')
    return messageField(proto.node.attribute, [head, varintField(proto.attribute.int, value), varintField(proto.attribute.type, 2)])
  if ('float' in value)
    return messageField(proto.node.attribute, [head, floatField(proto.attribute.float, value.float), varintField(proto.attribute.type, 1)])
  const ints = value.map(int => varintField(proto.attribute.ints, int))
  return messageField(proto.node.attribute, [head, ...ints, varintField(proto.attribute.type, 7)])
}
