import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadModel } from '../../shared/models/load-model.ts'
import { type OnnxGraph, readGraph, writeGraph } from '../../shared/models/onnx/graph.ts'
import { messageField, stringField, varintField } from '../../shared/models/onnx/protobuf.ts'
import { type ModelFolder, makeModelFolder } from '../support/model-folder.ts'
import { buildRandomDecoder, smallShape } from '../support/random-decoder.ts'

let model: ModelFolder
beforeEach(async () => {
  model = await makeModelFolder()
})
afterEach(() => model.remove())

// The decoder with one more weight, whose elements lie in another file.
function graphWithWeightsAt(location: string): Uint8Array {
  const graph: OnnxGraph = readGraph(buildRandomDecoder(smallShape))
  const raw = messageField(5, [
    varintField(1, 4),
    varintField(2, 1),
    stringField(8, 'model.extra.weight'),
    messageField(13, [stringField(1, 'location'), stringField(2, location)]),
    varintField(14, 1),
  ]).raw
  return writeGraph({ ...graph, entries: [...graph.entries, { kind: 'other', number: 5, raw }] })
}

describe('F25: weights outside the graph', () => {
  it('are loaded where the manifest lists their file', async () => {
    await model.write('model.onnx_data', new Uint8Array(16), { listed: true })
    await model.write('model.onnx', graphWithWeightsAt('model.onnx_data'), { listed: true })
    await expect(loadModel(model.folder)).resolves.toMatchObject({ vocabSize: smallShape.vocab })
  })

  it('are refused where the manifest does not list their file', async () => {
    await model.write('model.onnx_data', new Uint8Array(16))
    await model.write('model.onnx', graphWithWeightsAt('model.onnx_data'), { listed: true })
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_FILE_UNLISTED', details: { file: 'model.onnx_data' } })
  })

  it('are refused where their file was changed', async () => {
    await model.write('model.onnx_data', new Uint8Array(16), { listed: true })
    await model.write('model.onnx', graphWithWeightsAt('model.onnx_data'), { listed: true })
    await writeFile(join(model.folder, 'model.onnx_data'), new Uint8Array(16).fill(1))
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_FILE_DIGEST', details: { file: 'model.onnx_data' } })
  })

  it.each(['../model.onnx_data', '/etc/hostname', './x', 'a/../../x', 'a\\..\\x', 'C:x', ''])(
    'are refused at the path %j',
    async location => {
      await model.write('model.onnx', graphWithWeightsAt(location), { listed: true })
      await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_PATH_UNSAFE', details: { path: location } })
    },
  )
})

describe('F25: a manifest', () => {
  it('that names a file outside the folder is refused, even where that file is right', async () => {
    const path = `../${basename(model.folder)}/tokenizer.json`
    await model.changeManifest(manifest => {
      manifest.files = (manifest.files as { path: string }[]).map(file => (file.path === 'tokenizer.json' ? { ...file, path } : file))
    })
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_FILE_UNLISTED' })
    await model.write('tokenizer.json', '{}', { listed: true })
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_PATH_UNSAFE', details: { path } })
  })

  it('of other content has another digest, so that a receipt for it is no receipt for this model', async () => {
    const before = await loadModel(model.folder)
    await model.changeManifest(manifest => Object.assign(manifest, { tolerance: 0.002 }))
    const after = await loadModel(model.folder)
    expect(after.manifestDigest).not.toBe(before.manifestDigest)
  })
})
