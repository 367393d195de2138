import { AssayError } from '../../errors/assay-error.ts'
import { bytesOfFloats } from './float-data.ts'
import {
  elementType,
  type GraphEntry,
  nodesOf,
  type OnnxNode,
  type OnnxTensor,
  proto,
  readGraph,
  tensorEntry,
  withInputs,
  writeGraph,
} from './graph.ts'
import { messageField, stringField } from './protobuf.ts'

/** A floating-point format by the digits behind its leading one, the exponent of its smallest normal number, and its largest number. */
export interface FloatFormat {
  readonly mantissaBits: number
  readonly leastExponent: number
  readonly largest: number
}

/** The eight-bit format that inference servers keep caches in: four bits of exponent, three of mantissa, no infinities. */
export const float8e4m3: FloatFormat = { mantissaBits: 3, leastExponent: -6, largest: 448 }

/**
 * The model with every new row of keys and values rounded to a narrower format before it is kept and read, as an engine with such a cache
 * does: round(x / s) s with s = 2^(max(floor(log2 |x|), least exponent) - mantissa bits), clipped to the largest number. In plain operators, since
 * a graph of an older opset knows no narrow types. Throws MODEL_GRAPH where no Concat puts new rows behind the past.
 */
export function roundCache(model: Uint8Array, format: FloatFormat): Uint8Array {
  const graph = readGraph(model)
  const keepers = new Set(nodesOf(graph).filter(isKeeper))
  if (keepers.size === 0)
    throw new AssayError('MODEL_GRAPH', { file: 'model.onnx', problem: 'no node of it puts new keys and values behind the past' })
  const entries = graph.entries.flatMap((entry): GraphEntry[] => {
    if (entry.kind !== 'node' || !keepers.has(entry)) return [entry]
    const [past = '', rows = ''] = entry.inputs
    const rounded = `${rows}/rounded`
    return [...roundingNodes(rows, rounded), withInputs(entry, [past, rounded])]
  })
  return writeGraph({ ...graph, entries: [...entries, ...constantsOf(format)] })
}

function isKeeper({ opType, inputs }: OnnxNode): boolean {
  return opType === 'Concat' && inputs.length === 2 && /^past_key_values\.\d+\.(key|value)$/.test(inputs[0] ?? '')
}

const constant = (name: string) => `assay/round_cache/${name}`

function constantsOf({ mantissaBits, leastExponent, largest }: FloatFormat): OnnxTensor[] {
  const values = { two: 2, ln2: Math.LN2, bits: mantissaBits, tiny: 2 ** leastExponent, most: largest, least: -largest }
  return Object.entries(values).map(([name, value]) =>
    tensorEntry({
      name: constant(name),
      dims: [],
      dataType: elementType.float,
      rawData: bytesOfFloats(Float32Array.of(value)),
    }),
  )
}

function roundingNodes(rows: string, rounded: string): OnnxNode[] {
  const inner = (name: string) => `${rounded}/${name}`
  const step = (opType: string, inputs: readonly string[], name: string) => nodeEntry(opType, inputs, inner(name))
  return [
    step('Abs', [rows], 'size'),
    step('Max', [inner('size'), constant('tiny')], 'normal'),
    step('Log', [inner('normal')], 'log'),
    step('Div', [inner('log'), constant('ln2')], 'log2'),
    step('Floor', [inner('log2')], 'exponent'),
    step('Sub', [inner('exponent'), constant('bits')], 'place'),
    step('Pow', [constant('two'), inner('place')], 'step'),
    step('Div', [rows, inner('step')], 'steps'),
    step('Round', [inner('steps')], 'whole'),
    step('Mul', [inner('whole'), inner('step')], 'nearest'),
    nodeEntry('Clip', [inner('nearest'), constant('least'), constant('most')], rounded),
  ]
}

function nodeEntry(opType: string, inputs: readonly string[], output: string): OnnxNode {
  const fields = [
    ...inputs.map(input => stringField(proto.node.input, input)),
    stringField(proto.node.output, output),
    stringField(proto.node.name, output),
    stringField(proto.node.opType, opType),
  ]
  return { kind: 'node', name: output, opType, inputs, outputs: [output], raw: messageField(proto.graph.node, fields).raw }
}
