import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { interleaveRope } from '../../../../shared/models/gguf/llama-tensors.ts'
import { type GgufHeader, parseGguf } from '../../../../shared/models/gguf/parse-gguf.ts'
import { readGguf } from '../../../../shared/models/gguf/read-gguf.ts'
import { writeGguf } from '../../../../shared/models/gguf/write-gguf.ts'
import { type LoadedModel, loadModel } from '../../../../shared/models/load-model.ts'
import { floatData } from '../../../../shared/models/onnx/float-data.ts'
import { readGraph, tensorsOf } from '../../../../shared/models/onnx/graph.ts'
import { writeRandomDecoder } from '../../../support/random-decoder.ts'

const tiny = new URL('../../../../config/models/assay-tiny', import.meta.url).pathname
let folder: string
let bytes: Buffer
let header: GgufHeader
let model: LoadedModel
let weights: Map<string, Float32Array>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-gguf-'))
  await writeGguf(tiny, join(folder, 'tiny.gguf'))
  bytes = await readFile(join(folder, 'tiny.gguf'))
  header = await readGguf(join(folder, 'tiny.gguf'))
  model = await loadModel(tiny)
  const tensors = tensorsOf(readGraph(await readFile(model.graphPath)))
  weights = new Map(tensors.map(tensor => [tensor.name, floatData(tensor) ?? new Float32Array()]))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const tensorOf = (name: string) => {
  const tensor = header.tensors.find(one => one.name === name)
  const from = header.dataOffset + (tensor?.offset ?? 0)
  const count = tensor?.dims.reduce((product, dim) => product * dim, 1) ?? 0
  return { dims: tensor?.dims, data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + from + 4 * count)) }
}

describe('a GGUF file written from an ONNX model', () => {
  it('states the shapes of the manifest', () => {
    expect(Object.fromEntries([...header.metadata].filter(([key]) => key.startsWith('llama.')))).toMatchObject({
      'llama.block_count': model.manifest.shapes.layers,
      'llama.embedding_length': model.manifest.shapes.hidden,
      'llama.attention.head_count': model.manifest.shapes.heads,
      'llama.attention.head_count_kv': model.manifest.shapes.kvHeads,
      'llama.context_length': model.contextLength,
      'llama.feed_forward_length': 448,
    })
  })

  it('has every token under its id, the special ones marked as such', () => {
    const tokens = header.metadata.get('tokenizer.ggml.tokens')
    const types = header.metadata.get('tokenizer.ggml.token_type')
    expect(Array.isArray(tokens) && tokens.length).toBe(model.vocabSize)
    for (const { id, content } of model.tokenizer.specials) {
      expect(Array.isArray(tokens) && tokens[id]).toBe(content)
      expect(Array.isArray(types) && types[id]).toBe(3)
    }
    expect(header.metadata.get('tokenizer.ggml.eos_token_id')).toBe(2)
    expect(header.metadata.get('tokenizer.ggml.pre')).toBe('smollm')
  })

  it('turns matrices, and leaves the output matrix out where it is the embedding', () => {
    const { dims, data } = tensorOf('blk.1.ffn_down.weight')
    const down = weights.get('model.layers.1.mlp.down_proj.weight') ?? new Float32Array()
    expect(dims).toEqual([448, 128])
    expect(data[5 * 448 + 9]).toBe(down[9 * 128 + 5])
    expect(tensorOf('token_embd.weight').data).toEqual(weights.get('model.embed_tokens.weight'))
    expect(header.tensors.some(tensor => tensor.name === 'output.weight')).toBe(false)
  })

  it('puts the rows that rotate together side by side', () => {
    const { data } = tensorOf('blk.0.attn_k.weight')
    const key = weights.get('model.layers.0.self_attn.k_proj.weight') ?? new Float32Array()
    // Row 2i + p of head 1 is row 16p + i of it in the graph, where it is a column of [in, out].
    expect(data[(32 + 2 * 3 + 1) * 128 + 7]).toBe(key[7 * 64 + 32 + 16 + 3])
    expect(interleaveRope(Float32Array.of(0, 1, 2, 3), 1, 4)).toEqual(Float32Array.of(0, 2, 1, 3))
  })

  it('has an output matrix of its own where the model has', async () => {
    const random = await writeRandomDecoder({ layers: 1, hidden: 16, heads: 2, kvHeads: 1, ff: 24, vocab: 264, context: 16, seed: 3 })
    await writeGguf(random.folder, join(folder, 'random.gguf'))
    await random.remove()
    const { tensors } = await readGguf(join(folder, 'random.gguf'))
    expect(tensors.find(tensor => tensor.name === 'output.weight')?.dims).toEqual([16, 264])
  })

  it('is refused with its folder where that cannot be written', async () => {
    await expect(writeGguf(tiny, join(folder, 'absent', 'x.gguf'))).rejects.toMatchObject({ code: 'MODEL_WRITE' })
  })

  it.each([0, 3, 20, 1_000, 20_000])('that is cut off after %d bytes is refused', length => {
    expect(() => parseGguf(bytes.subarray(0, length))).toThrow(expect.objectContaining({ code: 'MODEL_GRAPH' }))
  })
})
