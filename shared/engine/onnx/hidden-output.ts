import { nodesOf, type OnnxGraph, proto } from '../../models/onnx/graph.ts'
import { messageField, stringField } from '../../models/onnx/protobuf.ts'

/** Output in which our own recipe gives the last hidden rows. */
const hiddenOutput = 'hidden_states'

/** What stands between the head's product and the logits in exports: nothing that mixes rows. */
const wrappers = new Set(['Cast', 'Identity', 'Mul', 'Div'])
const products = new Set(['MatMul', 'MatMulNBits', 'Gemm', 'FusedMatMul', 'MatMulInteger'])

/** Where a graph holds its last hidden rows, the input of its language model head; exporters give only the logits, so the rows are added to its outputs. Undefined where no head is found. */
export function findHidden(graph: OnnxGraph): { readonly name: string; readonly changed: OnnxGraph | undefined } | undefined {
  if (graph.entries.some(entry => entry.kind === 'output' && entry.name === hiddenOutput)) return { name: hiddenOutput, changed: undefined }
  const producers = new Map(nodesOf(graph).flatMap(node => node.outputs.map(output => [output, node] as const)))
  let node = producers.get('logits')
  while (node !== undefined && wrappers.has(node.opType)) node = producers.get(node.inputs[0] ?? '')
  const name = node !== undefined && products.has(node.opType) ? node.inputs[0] : undefined
  if (name === undefined || !producers.has(name)) return undefined
  // Without a type: the runtime knows it from the node.
  const { raw } = messageField(proto.graph.output, [stringField(proto.value.name, name)])
  return { name, changed: { ...graph, entries: [...graph.entries, { kind: 'output', name, raw }] } }
}
