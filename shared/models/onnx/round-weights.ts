import { fromBfloat16, toBfloat16 } from '../../proof/bfloat16.ts'
import { fromFloat16, toFloat16 } from '../../proof/float16.ts'
import { bytesOfFloats, floatData } from './float-data.ts'
import { readGraph, withRawData, writeGraph } from './graph.ts'

/** A format of half the size that weights are published in. */
export type HalfPrecision = 'fp16' | 'bf16'

/** The model with every float weight rounded to the nearest number of a half-size format, stored as float32 again: what an artefact of that precision holds. */
export function roundWeights(model: Uint8Array, precision: HalfPrecision): Uint8Array {
  const round = precision === 'fp16' ? (value: number) => fromFloat16(toFloat16(value)) : (value: number) => fromBfloat16(toBfloat16(value))
  const graph = readGraph(model)
  const entries = graph.entries.map(entry => {
    const values = entry.kind === 'initializer' ? floatData(entry) : undefined
    return entry.kind !== 'initializer' || values === undefined ? entry : withRawData(entry, bytesOfFloats(values.map(round)))
  })
  return writeGraph({ ...graph, entries })
}
