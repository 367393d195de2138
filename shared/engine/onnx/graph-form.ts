import {
  fieldContent,
  type GraphEntry,
  nodesOf,
  type OnnxGraph,
  type OnnxNode,
  proto,
  readGraph,
  writeGraph,
} from '../../models/onnx/graph.ts'
import { bytesOf, messageField, numberOf, readFields, stringField, varintField } from '../../models/onnx/protobuf.ts'
import { findHidden } from './hidden-output.ts'

/**
 * How the keys and values of a decoder graph go from step to step.
 * - `slots`: the graph puts new rows behind its past (Concat); it is changed to give the new rows alone, so the past stays where it is.
 * - `shared`: GroupQueryAttention writes new rows into their slots of the past that it is given.
 * - `grown`: anything else; what it gives as present is its next past, one sequence at a time.
 */
export type CacheForm = 'slots' | 'shared' | 'grown'

export interface GraphForm {
  readonly form: CacheForm
  /** For `slots`: the output that holds the new rows of each past input. */
  readonly fresh: ReadonlyMap<string, string>
  /** The output that holds the last hidden rows; undefined where none was found. */
  readonly hidden: string | undefined
  /** The graph to open, where it must be changed first. */
  readonly changed?: Uint8Array
}

export const pastName = /^past_key_values\.(\d+)\.(key|value)$/
export const presentOf = (past: string): string => past.replace('past_key_values', 'present')

/** Finds out from its nodes how a graph keeps its past, and where its last hidden rows are; throws MODEL_GRAPH where the bytes are no model. */
export function readGraphForm(bytes: Uint8Array): GraphForm {
  const plain = readGraph(bytes)
  const hidden = findHidden(plain)
  const graph = hidden?.changed ?? plain
  const form = readCacheForm(graph)
  if (form.fresh.size > 0) return { ...form, hidden: hidden?.name, changed: writeGraph(withFreshOutputs(graph, form.fresh)) }
  return { ...form, hidden: hidden?.name, ...(hidden?.changed && { changed: writeGraph(hidden.changed) }) }
}

type CacheLayout = Pick<GraphForm, 'form' | 'fresh'>

const grown: CacheLayout = { form: 'grown', fresh: new Map() }

function readCacheForm(graph: OnnxGraph): CacheLayout {
  const inputs = new Set(graph.entries.flatMap(entry => (entry.kind === 'input' ? [entry.name] : [])))
  const pasts = [...inputs].filter(name => pastName.test(name))
  if (pasts.length === 0) return grown
  const users = new Map<string, OnnxNode[]>(pasts.map(past => [past, []]))
  // Its length may be read anywhere: that is how a graph learns where its new rows stand.
  for (const node of nodesOf(graph)) if (node.opType !== 'Shape') for (const name of new Set(node.inputs)) users.get(name)?.push(node)
  const only = (past: string) => (users.get(past)?.length === 1 ? users.get(past)?.[0] : undefined)
  if (pasts.every(past => only(past)?.opType === 'GroupQueryAttention')) return { form: 'shared', fresh: new Map() }
  // Without stated positions the graph would take the place of a new row for its position.
  if (!inputs.has('position_ids')) return grown
  const fresh = new Map<string, string>()
  for (const past of pasts) {
    const node = only(past)
    const [first, second, third] = node?.inputs ?? []
    const behind = node?.opType === 'Concat' && first === past && third === undefined && node.outputs[0] === presentOf(past)
    if (!behind || second === undefined) return grown
    fresh.set(past, second)
  }
  return { form: 'slots', fresh }
}

function withFreshOutputs(graph: OnnxGraph, fresh: ReadonlyMap<string, string>): OnnxGraph {
  const names = new Map([...fresh].map(([past, name]) => [presentOf(past), name]))
  const entries = graph.entries.map((entry): GraphEntry => {
    const name = entry.kind === 'output' ? names.get(entry.name) : undefined
    if (entry.kind !== 'output' || name === undefined) return entry
    return { kind: 'output', name, raw: freshOutput(name, entry.raw) }
  })
  return { ...graph, entries }
}

// The type stands beside the name: TypeProto.tensor_type.elem_type; the shape is left out.
function freshOutput(name: string, presentOutput: Uint8Array): Uint8Array {
  const inside = (bytes: Uint8Array, number: number) => {
    const field = readFields(bytes).find(part => part.number === number)
    return field === undefined ? new Uint8Array() : bytesOf(field)
  }
  const tensor = inside(inside(fieldContent(presentOutput), proto.value.type), 1)
  const type = readFields(tensor).find(part => part.number === 1)
  const tensorType = messageField(1, [varintField(1, type === undefined ? 0 : numberOf(type))])
  return messageField(proto.graph.output, [stringField(proto.value.name, name), messageField(proto.value.type, [tensorType])]).raw
}
