import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import { loadModel } from '../../../shared/models/load-model.ts'
import { cutLayers } from '../../../shared/models/onnx/cut-layers.ts'
import { externalFiles } from '../../../shared/models/onnx/external-files.ts'
import { floatData } from '../../../shared/models/onnx/float-data.ts'
import { nodesOf, readGraph, tensorsOf, writeGraph } from '../../../shared/models/onnx/graph.ts'
import { messageField, readFields, stringField, varintField, writeFields } from '../../../shared/models/onnx/protobuf.ts'
import { quantizeWeights } from '../../../shared/models/onnx/quantize-weights.ts'
import { scaleLayer } from '../../../shared/models/onnx/scale-layer.ts'
import { buildRandomDecoder, smallShape, writeRandomDecoder } from '../../support/random-decoder.ts'

const bytes = buildRandomDecoder(smallShape)
const tensor = (graph: Uint8Array, name: string) => {
  const found = tensorsOf(readGraph(graph)).find(one => one.name === name)
  return (found && floatData(found)) ?? new Float32Array()
}

describe('the reader and writer of graphs', () => {
  it('write back what they read, byte for byte', () => {
    expect(Buffer.compare(writeGraph(readGraph(bytes)), bytes)).toBe(0)
  })

  it('keep fields that they do not know', () => {
    const message = writeFields([varintField(99, 2n ** 64n - 1n), stringField(7, 'x'), varintField(1, 300)])
    expect(writeFields(readFields(message))).toEqual(message)
  })

  it.each([10, 1000, bytes.length - 1])('refuse a graph that is cut off after %d bytes', length => {
    expect(() => readGraph(bytes.subarray(0, length))).toThrow(expect.objectContaining({ code: 'MODEL_GRAPH' }))
  })

  it('find files named in initializers, in attributes and in graphs inside attributes', () => {
    const tensorFrom = (location: string) => [messageField(13, [stringField(1, 'location'), stringField(2, location)])]
    const inner = messageField(6, [messageField(5, tensorFrom('inner'))])
    const node = messageField(1, [messageField(5, [messageField(5, tensorFrom('constant'))]), messageField(5, [inner])])
    const model = writeFields([messageField(7, [messageField(5, tensorFrom('weights')), node])])
    expect(externalFiles(model).sort()).toEqual(['constant', 'inner', 'weights'])
  })
})

describe('graph surgery', () => {
  let folder: string
  let remove: () => Promise<void>
  beforeAll(async () => {
    ;({ folder, remove } = await writeRandomDecoder(smallShape))
  })
  afterAll(() => remove())

  it('leaves a model of fewer layers that still answers', async () => {
    const graph = cutLayers(bytes, 1)
    const engine = await createOnnxEngine({ model: await loadModel(folder), graph })
    const request = { promptIds: [1, 2, 3], sampling: { temperature: 1, topK: 0, maxTokens: 10 }, noiseKey: new Uint8Array(32) }
    const { tokenIds } = await engine.generate(request, new AbortController().signal)
    const { margins } = await engine.score({ ...request, tokenIds }, new AbortController().signal)
    await engine.close()
    expect(Math.max(...margins)).toBeLessThan(1e-4)
  })

  it('drops the later layers with their weights, inputs and outputs', () => {
    const { entries } = readGraph(cutLayers(bytes, 1))
    const names = entries.flatMap(entry => (entry.kind === 'other' ? [] : [entry.name]))
    expect(names.filter(name => /layers\.1\.|present\.1|past_key_values\.1/.test(name))).toEqual([])
    expect(nodesOf(readGraph(bytes)).length).toBeGreaterThan(nodesOf(readGraph(cutLayers(bytes, 1))).length)
  })

  it('changes no node when it keeps every layer', () => {
    expect(Buffer.compare(cutLayers(bytes, smallShape.layers), bytes)).toBe(0)
  })

  it('refuses to keep layers that there are not', () => {
    expect(() => cutLayers(bytes, 3)).toThrow(expect.objectContaining({ code: 'MODEL_GRAPH' }))
  })

  it('leaves at most fifteen values in each group of a column of four-bit weights, close to the old ones', () => {
    const name = 'model.layers.0.mlp.down_proj.weight'
    const [before, after] = [tensor(bytes, name), tensor(quantizeWeights(bytes, 4, 32), name)]
    const firstGroup = Array.from({ length: 32 }, (_, row) => row * smallShape.hidden)
    const largest = Math.max(...firstGroup.map(at => Math.abs(before[at] ?? 0)))
    expect(new Set(firstGroup.map(at => after[at])).size).toBeLessThanOrEqual(15)
    expect(Math.max(...firstGroup.map(at => Math.abs((before[at] ?? 0) - (after[at] ?? 0))))).toBeLessThanOrEqual(largest / 14 + 1e-6)
  })

  it('scales one layer and no other', () => {
    const scaled = scaleLayer(bytes, 1, 2)
    const ratio = (name: string) => (tensor(scaled, name)[0] ?? 0) / (tensor(bytes, name)[0] ?? 1)
    expect([ratio('model.layers.0.mlp.up_proj.weight'), ratio('model.layers.1.mlp.up_proj.weight'), ratio('lm_head.weight')]).toEqual([
      1, 2, 1,
    ])
  })
})
