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

/** An attribute of a node: an integer, a list of integers, or a float tensor of one element. */
export type Attribute = number | readonly number[] | { readonly float: number }

/** Collects the parts of a graph; every `node` call returns the name of its output. */
export function createGraphWriter() {
  const entries: GraphEntry[] = []
  const constants = new Map<string, string>()
  const tensor = (entry: OnnxTensor) => {
    entries.push(entry)
    return entry.name
  }
  const floats = (name: string, dims: readonly number[], values: Float32Array) =>
    tensor(tensorEntry({ name, dims, dataType: elementType.float, rawData: bytesOfFloats(values) }))
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
  const node = (opType: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, Attribute>> = {}) => {
    const fields = [
      ...inputs.map(input => stringField(proto.node.input, input)),
      stringField(proto.node.output, output),
      stringField(proto.node.name, output),
      stringField(proto.node.opType, opType),
      ...Object.entries(attributes).map(attributeField),
    ]
    const entry: OnnxNode = {
      kind: 'node',
      name: output,
      opType,
      inputs,
      outputs: [output],
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
      tail: [messageField(proto.model.opsetImport, [stringField(1, ''), varintField(2, 17)])],
    })
  return { floats, longs, float, node, value, build }
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
