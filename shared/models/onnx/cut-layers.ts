import { AssayError } from '../../errors/assay-error.ts'
import { type GraphEntry, nodesOf, type OnnxNode, proto, readGraph, withInputs, writeGraph } from './graph.ts'

const residual = /^\/model\/layers\.(\d+)\/output$/
const cache = /^(?:past_key_values|present)\.(\d+)\.(?:key|value)$/

/**
 * The model with only its first `keep` layers: what reads the residual stream after the last layer reads it after layer keep - 1,
 * and what nobody needs any more is dropped. The stream after layer K must be named /model/layers.K/output; throws MODEL_GRAPH otherwise.
 */
export function cutLayers(model: Uint8Array, keep: number): Uint8Array {
  const graph = readGraph(model)
  const nodes = nodesOf(graph)
  const layers = nodes.flatMap(node => node.outputs.flatMap(output => residual.exec(output)?.[1] ?? [])).map(Number)
  const last = Math.max(...layers)
  if (!Number.isInteger(keep) || keep < 1 || !layers.includes(keep - 1))
    throw new AssayError('MODEL_GRAPH', {
      file: 'model.onnx',
      problem: `it has no layer ${keep - 1} whose output has a name that is known here`,
    })
  const rename = (name: string) => (name === `/model/layers.${last}/output` ? `/model/layers.${keep - 1}/output` : name)
  const rewired = new Map(
    nodes.map(node => [node, node.inputs.some(name => rename(name) !== name) ? withInputs(node, node.inputs.map(rename)) : node]),
  )
  const kept = graph.entries
    // Shapes of inner tensors are hints, and some of these tensors are gone.
    .filter(entry => entry.kind !== 'other' || entry.number !== proto.graph.valueInfo)
    .filter(entry => (entry.kind !== 'input' && entry.kind !== 'output') || Number(cache.exec(entry.name)?.[1] ?? -1) < keep)
    .map(entry => (entry.kind === 'node' ? (rewired.get(entry) ?? entry) : entry))
  return writeGraph({ ...graph, entries: withoutUnused(kept) })
}

function withoutUnused(entries: readonly GraphEntry[]): GraphEntry[] {
  const makers = new Map<string, OnnxNode>()
  for (const entry of entries) if (entry.kind === 'node') for (const output of entry.outputs) makers.set(output, entry)
  const needed = new Set<string>()
  const used = new Set<OnnxNode>()
  const open = entries.flatMap(entry => (entry.kind === 'output' ? [entry.name] : []))
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue
    needed.add(name)
    const maker = makers.get(name)
    if (maker === undefined) continue
    used.add(maker)
    open.push(...maker.inputs)
  }
  return entries.filter(entry => (entry.kind === 'node' ? used.has(entry) : entry.kind === 'initializer' ? needed.has(entry.name) : true))
}
