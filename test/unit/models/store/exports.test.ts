import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOnnxEngine } from '../../../../shared/engine/onnx/create-onnx-engine.ts'
import { addGguf } from '../../../../shared/models/gguf/add-gguf.ts'
import { loadModel } from '../../../../shared/models/load-model.ts'
import { addModel } from '../../../../shared/models/store/add-model.ts'
import { verifyModel } from '../../../../shared/models/store/verify-model.ts'
import type { DecoderForm, DecoderShape } from '../../../support/random-decoder.ts'
import { writeExport } from '../../../support/write-export.ts'

// 32 rows and more in every matrix, as 4-bit blocks need; heads of 16, as the fused attention needs.
const shape: DecoderShape = { layers: 2, hidden: 64, heads: 4, kvHeads: 2, ff: 96, vocab: 320, context: 64, seed: 4 }
const signal = new AbortController().signal
const tiny = new URL('../../../../config/models/assay-tiny', import.meta.url).pathname

const graphs: Record<string, DecoderForm & { external?: boolean }> = {
  'onnx/model.onnx': {},
  'onnx/model_external.onnx': { external: true },
  'onnx/model_fp16.onnx': { weights: 'fp16' },
  'onnx/model_fp16_wide.onnx': { weights: 'fp16', wideLogits: true, external: true },
  'onnx/model_q4.onnx': { weights: 'q4' },
  'onnx/model_gqa.onnx': { attention: 'group-query' },
  'onnx/model_gqa_fp16.onnx': { attention: 'group-query', weights: 'fp16' },
  'onnx/model_gqa_q4.onnx': { attention: 'group-query', weights: 'q4', external: true },
}

let root: string
let logits: Float64Array
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-exports-'))
  await writeExport(join(root, 'export'), { shape, graphs, generationConfig: { eos_token_id: [2, 5], bos_token_id: 1 } })
  logits = (await run('onnx/model.onnx')).logProbs
})
afterAll(() => rm(root, { recursive: true, force: true }))

const prompt = [1, 4, 30, 31, 32, 33, 2, 5, 100, 101, 102]

/** Adds one graph of the export, loads it, lets it answer, and scores a fixed text with it. */
async function run(graph: string) {
  const added = await addModel({ folder: join(root, 'export'), store: join(root, 'store'), graph, name: 'random' })
  expect(await verifyModel(added.folder, added.manifest)).toEqual([])
  const model = await loadModel(added.folder)
  const engine = await createOnnxEngine({ model })
  try {
    const request = {
      promptIds: prompt,
      sampling: { temperature: 0, topK: 0, maxTokens: 12 },
      noiseKey: new Uint8Array(32),
      wantHidden: true,
    }
    const { tokenIds, finishReason, hidden } = await engine.generate(request, signal)
    const own = await engine.score({ ...request, tokenIds }, signal)
    const { logProbs } = await engine.score({ ...request, tokenIds: [40, 41, 42, 43, 44, 45, 46, 47] }, signal)
    return { manifest: added.manifest, model, tokenIds, finishReason, hidden, margins: own.margins, logProbs }
  } finally {
    await engine.close()
  }
}

describe("an export in the layout of Hugging Face's hub", () => {
  // How far the log-probabilities of a fixed text may lie from those of the plain fp32 graph with the same weights.
  it.each([
    ['onnx/model_external.onnx', 'fp32', 1e-6],
    ['onnx/model_gqa.onnx', 'fp32', 1e-3],
    ['onnx/model_fp16.onnx', 'fp16', 0.1],
    ['onnx/model_fp16_wide.onnx', 'fp16', 0.1],
    ['onnx/model_gqa_fp16.onnx', 'fp16', 0.1],
    ['onnx/model_q4.onnx', 'int4', 3],
    ['onnx/model_gqa_q4.onnx', 'int4', 3],
  ])('%s is added, answers as it scores, and is the same model', async (graph, precision, tolerance) => {
    const { manifest, tokenIds, finishReason, hidden, margins, logProbs } = await run(graph)
    // Exporters give the logits alone: the rows are found in the graph.
    expect(hidden?.patterns.length).toBe(shape.hidden * tokenIds.length)
    expect(manifest.precision).toBe(precision)
    expect(finishReason === 'stop' || tokenIds.length === 12).toBe(true)
    expect(Math.max(...margins)).toBeLessThan(precision === 'fp32' ? 1e-3 : 0.1)
    expect(Math.max(...logProbs.map((value, index) => Math.abs(value - (logits[index] ?? 0))))).toBeLessThan(tolerance)
  })

  it('tells its shapes, and every token that ends an answer', async () => {
    const { manifest, model } = await run('onnx/model.onnx')
    expect(manifest).toMatchObject({
      architecture: 'llama',
      eosTokenIds: [2, 5],
      bosTokenId: 1,
      shapes: { layers: 2, headDim: 16, vocab: 320, context: 64 },
    })
    expect(model.eosIds).toEqual(new Set([2, 5]))
    expect(manifest.files.map(file => file.path)).toEqual([
      'config.json',
      'generation_config.json',
      'onnx/model.onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ])
  })

  it('must be told which graph is meant where there are several', async () => {
    const failed = addModel({ folder: join(root, 'export'), store: join(root, 'store') })
    await expect(failed).rejects.toMatchObject({
      code: 'MODEL_EXPORT',
      message: expect.stringContaining('name one with --graph: onnx/model.onnx,'),
    })
  })

  it.each(['config', 'named', 'file'] as const)('may keep its chat template in the %s', async template => {
    const folder = join(root, `template-${template}`)
    await writeExport(folder, { shape, graphs: { 'model.onnx': {} }, template })
    const model = await loadModel((await addModel({ folder, store: join(root, 'store') })).folder)
    const ids = model.promptIdsOf({ messages: [{ role: 'user', content: 'hi' }] })
    expect(ids.filter(id => id <= 5)).toEqual([1, 4, 2, 5])
  })

  it('may have no chat template: then it continues plain prompts and says so to a chat', async () => {
    const folder = join(root, 'base')
    await writeExport(folder, { shape, graphs: { 'model.onnx': {} }, template: 'none' })
    const model = await loadModel((await addModel({ folder, store: join(root, 'store') })).folder)
    expect(model.promptIdsOf({ prompt: 'hi' }).length).toBeGreaterThan(0)
    expect(() => model.promptIdsOf({ messages: [{ role: 'user', content: 'hi' }] })).toThrow(
      expect.objectContaining({ code: 'MODEL_TEMPLATE' }),
    )
  })

  it.each(['config.json', 'tokenizer.json', 'tokenizer_config.json'])('is refused without %s', async file => {
    const folder = join(root, `without-${file}`)
    await writeExport(folder, { shape, graphs: { 'model.onnx': {} } })
    await rm(join(folder, file))
    await expect(addModel({ folder, store: join(root, 'store') })).rejects.toMatchObject({
      code: 'MODEL_EXPORT',
      message: expect.stringContaining(file),
    })
  })
})

describe('a model in a store', () => {
  it('keeps the digest of a folder that has a manifest already', async () => {
    const { manifestDigest } = await addModel({ folder: tiny, store: join(root, 'store') })
    expect(manifestDigest).toBe((await loadModel(tiny)).manifestDigest)
  })

  it('may be a GGUF file, whose shapes and end tokens come from its own header', async () => {
    const added = await addGguf(tiny, join(root, 'store'))
    const [gguf, onnx] = [await loadModel(added.folder), await loadModel(tiny)]
    expect(gguf.manifest).toMatchObject({ shapes: onnx.manifest.shapes, eosTokenIds: [...onnx.eosIds], precision: 'fp32' })
    expect([gguf.graphFormat, onnx.graphFormat]).toEqual(['gguf', 'onnx'])
    expect(gguf.promptIdsOf({ prompt: 'a fox' })).toEqual(onnx.promptIdsOf({ prompt: 'a fox' }))
  })

  it('F25: is refused with two graphs, since nobody could say which one answered', async () => {
    const folder = join(root, 'two')
    await writeExport(folder, { shape, graphs: { 'model.onnx': {} } })
    const added = await addModel({ folder, store: join(root, 'store') })
    await copyFile(join(added.folder, 'model.onnx'), join(added.folder, 'second.onnx'))
    const [first] = added.manifest.files.filter(file => file.path === 'model.onnx')
    const files = [...added.manifest.files, { ...first, path: 'second.onnx' }]
    await writeFile(join(added.folder, 'manifest.json'), JSON.stringify({ ...added.manifest, files }))
    await expect(loadModel(added.folder)).rejects.toMatchObject({ code: 'MODEL_GRAPH' })
  })
})
