import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { nodesOf, readGraph, writeGraph } from '../../../shared/models/onnx/graph.ts'
import { float8e4m3, roundCache } from '../../../shared/models/onnx/round-cache.ts'

const graph = readFileSync(fileURLToPath(new URL('../../../config/models/assay-tiny/model.onnx', import.meta.url)))
const shape = { layers: 4, kvHeads: 2, headDim: 32 }
const ids = [1, 4, 57, 406, 264]

/** The keys and values after one prefill, layer after layer. */
async function cacheOf(model: Uint8Array): Promise<Float32Array[]> {
  const session = await InferenceSession.create(model)
  const whole = (values: readonly number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
  const names = Array.from({ length: shape.layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat()
  const past = new Tensor('float32', new Float32Array(), [1, shape.kvHeads, 0, shape.headDim])
  const outputs = await session.run({
    input_ids: whole(ids),
    attention_mask: whole(ids.map(() => 1)),
    position_ids: whole(ids.map((_, index) => index)),
    ...Object.fromEntries(names.map(name => [`past_key_values.${name}`, past])),
  })
  const caches = names.map(name => {
    const { data } = outputs[`present.${name}`] ?? {}
    return data instanceof Float32Array ? data : new Float32Array()
  })
  await session.release()
  return caches
}

describe('a graph with a rounded cache', () => {
  it('keeps numbers of four significant bits, each within half a step of the first layer’s own', async () => {
    const [plain, rounded] = await Promise.all([cacheOf(graph), cacheOf(roundCache(graph, float8e4m3))])
    expect(rounded.flatMap(cache => [...cache])).toHaveLength(shape.layers * 2 * ids.length * shape.kvHeads * shape.headDim)
    const least = 2 ** float8e4m3.leastExponent
    for (const value of rounded.flatMap(cache => [...cache])) {
      const step = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), least))) - float8e4m3.mantissaBits)
      expect(value / step).toBeCloseTo(Math.round(value / step), 4)
    }
    // Later layers read what was rounded before them.
    for (const [index, value] of [...(rounded[0] ?? [])].entries()) {
      const own = plain[0]?.[index] ?? Number.NaN
      expect(Math.abs(value - own)).toBeLessThanOrEqual(Math.max(Math.abs(own), least) / 16 + 1e-6)
    }
    expect(rounded[0]).not.toEqual(plain[0])
  })

  it('is refused where no node keeps rows behind the past', () => {
    const read = readGraph(graph)
    const without = { ...read, entries: read.entries.filter(entry => entry.kind !== 'node' || entry.opType !== 'Concat') }
    expect(nodesOf(without).length).toBeGreaterThan(0)
    expect(() => roundCache(writeGraph(without), float8e4m3)).toThrow(expect.objectContaining({ code: 'MODEL_GRAPH' }))
  })
})
