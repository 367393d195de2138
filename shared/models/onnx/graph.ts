import { AssayError } from '../../errors/assay-error.ts'
import {
  bytesOf,
  messageField,
  numberOf,
  numbersOf,
  type ProtoField,
  readFields,
  stringField,
  textOf,
  varintField,
  writeFields,
} from './protobuf.ts'

// Field numbers of onnx.proto.
export const proto = {
  model: { irVersion: 1, producer: 2, graph: 7, opsetImport: 8 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13, sparseInitializer: 15 },
  node: { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 },
  attribute: { name: 1, float: 2, int: 3, text: 4, tensor: 5, graph: 6, ints: 8, tensors: 10, graphs: 11, type: 20 },
  tensor: { dims: 1, dataType: 2, name: 8, rawData: 9, externalData: 13, dataLocation: 14 },
  value: { name: 1, type: 2 },
} as const

/** ONNX element types that are used here. */
export const elementType = { float: 1, int64: 7, bool: 9 } as const

export interface OnnxNode {
  readonly kind: 'node'
  readonly name: string
  readonly opType: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly raw: Uint8Array
}

export interface OnnxTensor {
  readonly kind: 'initializer'
  readonly name: string
  readonly dims: readonly number[]
  readonly dataType: number
  /** Little-endian elements; undefined where they lie in typed fields or outside the graph. */
  readonly rawData: Uint8Array | undefined
  readonly raw: Uint8Array
}

export interface OnnxValue {
  readonly kind: 'input' | 'output'
  readonly name: string
  readonly raw: Uint8Array
}

export interface OnnxOther {
  readonly kind: 'other'
  /** Field number in GraphProto. */
  readonly number: number
  readonly raw: Uint8Array
}

export type GraphEntry = OnnxNode | OnnxTensor | OnnxValue | OnnxOther

/** A model as the fields around its graph and the graph's parts in their order; `raw` of each is its field as it stood. */
export interface OnnxGraph {
  readonly head: readonly ProtoField[]
  readonly entries: readonly GraphEntry[]
  readonly tail: readonly ProtoField[]
}

/** Reads a serialised model without copying its weights; throws MODEL_GRAPH where it is none. */
export function readGraph(bytes: Uint8Array): OnnxGraph {
  const fields = readFields(bytes)
  const at = fields.findIndex(field => field.number === proto.model.graph)
  const graph = fields[at]
  if (graph === undefined) throw new AssayError('MODEL_GRAPH', { file: 'model.onnx', problem: 'it holds no graph' })
  return { head: fields.slice(0, at), entries: readFields(bytesOf(graph)).map(readEntry), tail: fields.slice(at + 1) }
}

/** The serialised model; equal to what was read, byte for byte, where nothing was changed. */
export function writeGraph({ head, entries, tail }: OnnxGraph): Uint8Array {
  return writeFields([...head, messageField(proto.model.graph, entries), ...tail])
}

export function nodesOf(graph: OnnxGraph): OnnxNode[] {
  return graph.entries.filter(entry => entry.kind === 'node')
}

export function tensorsOf(graph: OnnxGraph): OnnxTensor[] {
  return graph.entries.filter(entry => entry.kind === 'initializer')
}

/** The node with other inputs; every other field stays as it is. */
export function withInputs(node: OnnxNode, inputs: readonly string[]): OnnxNode {
  const fields = readFields(fieldContent(node.raw)).filter(field => field.number !== proto.node.input)
  const field = messageField(proto.graph.node, [...inputs.map(input => stringField(proto.node.input, input)), ...fields])
  return { ...node, inputs, raw: field.raw }
}

/** The tensor with other elements of the same type and shape. */
export function withRawData(tensor: OnnxTensor, rawData: Uint8Array): OnnxTensor {
  return tensorEntry({ name: tensor.name, dims: tensor.dims, dataType: tensor.dataType, rawData })
}

/** A new initializer. */
export function tensorEntry({
  name,
  dims,
  dataType,
  rawData,
}: Pick<OnnxTensor, 'name' | 'dims' | 'dataType'> & { rawData: Uint8Array }): OnnxTensor {
  const field = messageField(proto.graph.initializer, tensorFields({ name, dims, dataType, rawData }))
  return { kind: 'initializer', name, dims, dataType, rawData, raw: field.raw }
}

/** The fields of a TensorProto with its elements inside. */
export function tensorFields(tensor: Pick<OnnxTensor, 'name' | 'dims' | 'dataType'> & { rawData: Uint8Array }): ProtoField[] {
  return [
    ...tensor.dims.map(dim => varintField(proto.tensor.dims, dim)),
    varintField(proto.tensor.dataType, tensor.dataType),
    stringField(proto.tensor.name, tensor.name),
    { number: proto.tensor.rawData, value: tensor.rawData, raw: rawField(proto.tensor.rawData, tensor.rawData) },
  ]
}

function rawField(number: number, value: Uint8Array): Uint8Array {
  return messageField(number, [{ raw: value }]).raw
}

/** Content of a length-delimited field given with its tag. */
export function fieldContent(raw: Uint8Array): Uint8Array {
  const field = readFields(raw)[0]
  return field === undefined ? new Uint8Array() : bytesOf(field)
}

function readEntry(field: ProtoField): GraphEntry {
  if (field.number === proto.graph.node) return readNode(field)
  if (field.number === proto.graph.initializer) return readTensor(field)
  if (field.number === proto.graph.input || field.number === proto.graph.output) {
    const name = readFields(bytesOf(field)).find(part => part.number === proto.value.name)
    return { kind: field.number === proto.graph.input ? 'input' : 'output', name: name === undefined ? '' : textOf(name), raw: field.raw }
  }
  return { kind: 'other', number: field.number, raw: field.raw }
}

function readNode(field: ProtoField): OnnxNode {
  const parts = readFields(bytesOf(field))
  const texts = (number: number) => parts.filter(part => part.number === number).map(textOf)
  return {
    kind: 'node',
    name: texts(proto.node.name)[0] ?? '',
    opType: texts(proto.node.opType)[0] ?? '',
    inputs: texts(proto.node.input),
    outputs: texts(proto.node.output),
    raw: field.raw,
  }
}

function readTensor(field: ProtoField): OnnxTensor {
  const parts = readFields(bytesOf(field))
  const find = (number: number) => parts.find(part => part.number === number)
  const [name, dataType, rawData] = [find(proto.tensor.name), find(proto.tensor.dataType), find(proto.tensor.rawData)]
  return {
    kind: 'initializer',
    name: name === undefined ? '' : textOf(name),
    dims: parts.filter(part => part.number === proto.tensor.dims).flatMap(numbersOf),
    dataType: dataType === undefined ? 0 : numberOf(dataType),
    rawData: rawData === undefined ? undefined : bytesOf(rawData),
    raw: field.raw,
  }
}
