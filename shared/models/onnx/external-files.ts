import { AssayError } from '../../errors/assay-error.ts'
import { proto } from './graph.ts'
import { bytesOf, type ProtoField, readFields, textOf } from './protobuf.ts'

// A graph may hold graphs in its attributes; deeper nesting than this has no honest use.
const maxDepth = 16

/** Paths of every file outside the graph from which one of its tensors would be read: initializers, attributes and inner graphs included; throws MODEL_GRAPH where the bytes are no model. */
export function externalFiles(model: Uint8Array): string[] {
  const found = new Set<string>()
  for (const field of readFields(model)) {
    if (field.number === proto.model.graph) collectFromGraph(bytesOf(field), found, 0)
    // Functions (25) and training graphs (20) hold nodes and graphs of their own.
    if (field.number === 25) for (const part of readFields(bytesOf(field))) if (part.number === 7) collectFromNode(bytesOf(part), found, 0)
    if (field.number === 20)
      for (const part of readFields(bytesOf(field))) if (part.number === 1 || part.number === 2) collectFromGraph(bytesOf(part), found, 0)
  }
  return [...found]
}

function collectFromGraph(graph: Uint8Array, found: Set<string>, depth: number): void {
  if (depth > maxDepth)
    throw new AssayError('MODEL_GRAPH', { file: 'model.onnx', problem: `its graphs are nested deeper than ${maxDepth}` })
  for (const field of readFields(graph)) {
    if (field.number === proto.graph.node) collectFromNode(bytesOf(field), found, depth)
    if (field.number === proto.graph.initializer) collectFromTensor(bytesOf(field), found)
    if (field.number === proto.graph.sparseInitializer) collectFromSparse(bytesOf(field), found)
  }
}

function collectFromNode(node: Uint8Array, found: Set<string>, depth: number): void {
  for (const attribute of readFields(node).filter(field => field.number === proto.node.attribute))
    for (const field of readFields(bytesOf(attribute))) {
      if (field.number === proto.attribute.tensor || field.number === proto.attribute.tensors) collectFromTensor(bytesOf(field), found)
      if (field.number === proto.attribute.graph || field.number === proto.attribute.graphs)
        collectFromGraph(bytesOf(field), found, depth + 1)
      // sparse_tensor and sparse_tensors
      if (field.number === 22 || field.number === 23) collectFromSparse(bytesOf(field), found)
    }
}

function collectFromSparse(sparse: Uint8Array, found: Set<string>): void {
  for (const field of readFields(sparse)) if (field.number === 1 || field.number === 2) collectFromTensor(bytesOf(field), found)
}

function collectFromTensor(tensor: Uint8Array, found: Set<string>): void {
  for (const entry of readFields(tensor).filter(field => field.number === proto.tensor.externalData)) {
    const parts: readonly ProtoField[] = readFields(bytesOf(entry))
    // The last one counts where a field that may stand once stands twice.
    const key = parts.findLast(part => part.number === 1)
    const value = parts.findLast(part => part.number === 2)
    if (key !== undefined && textOf(key) === 'location') found.add(value === undefined ? '' : textOf(value))
  }
}
