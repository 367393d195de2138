import { bytesOfFloats, floatData } from './float-data.ts'
import { nodesOf, readGraph, withRawData, writeGraph } from './graph.ts'

/**
 * The model with the weights of its matrix products rounded as a quantised artefact would hold them: symmetric integers of `bits` bits
 * with one scale for every `group` rows of a column, stored as floats again.
 */
export function quantizeWeights(model: Uint8Array, bits: number, group: number): Uint8Array {
  const graph = readGraph(model)
  const weights = new Set(nodesOf(graph).flatMap(node => (node.opType === 'MatMul' ? (node.inputs[1] ?? []) : [])))
  const entries = graph.entries.map(entry => {
    if (entry.kind !== 'initializer' || entry.dims.length !== 2 || !weights.has(entry.name)) return entry
    const values = floatData(entry)
    if (values === undefined) return entry
    roundColumns(values, entry.dims[1] ?? 1, 2 ** (bits - 1) - 1, group)
    return withRawData(entry, bytesOfFloats(values))
  })
  return writeGraph({ ...graph, entries })
}

function roundColumns(values: Float32Array, columns: number, highest: number, group: number): void {
  const rows = values.length / columns
  for (let column = 0; column < columns; column++)
    for (let start = 0; start < rows; start += group) {
      const end = Math.min(start + group, rows)
      let largest = 0
      for (let row = start; row < end; row++) largest = Math.max(largest, Math.abs(values[row * columns + column]!))
      if (largest === 0) continue
      const scale = largest / highest
      for (let row = start; row < end; row++) values[row * columns + column] = Math.round(values[row * columns + column]! / scale) * scale
    }
}
