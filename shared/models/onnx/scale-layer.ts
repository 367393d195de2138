import { AssayError } from '../../errors/assay-error.ts'
import { bytesOfFloats, floatData } from './float-data.ts'
import { readGraph, withRawData, writeGraph } from './graph.ts'

/** The model with every float weight of one layer (`model.layers.<layer>.` in its name) multiplied by `factor`; throws MODEL_GRAPH where there is none. */
export function scaleLayer(model: Uint8Array, layer: number, factor: number): Uint8Array {
  const graph = readGraph(model)
  let scaled = 0
  const entries = graph.entries.map(entry => {
    if (entry.kind !== 'initializer' || !entry.name.includes(`layers.${layer}.`)) return entry
    const values = floatData(entry)
    if (values === undefined) return entry
    scaled++
    return withRawData(entry, bytesOfFloats(values.map(value => value * factor)))
  })
  if (scaled === 0) throw new AssayError('MODEL_GRAPH', { file: 'model.onnx', problem: `it has no weights of a layer ${layer}` })
  return writeGraph({ ...graph, entries })
}
