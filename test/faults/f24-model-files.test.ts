import { readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { formatError } from '../../shared/errors/format-error.ts'
import { loadModel } from '../../shared/models/load-model.ts'
import { type ModelFolder, makeModelFolder } from '../support/model-folder.ts'

let model: ModelFolder
beforeEach(async () => {
  model = await makeModelFolder()
})
afterEach(() => model.remove())

async function flipByte(file: string): Promise<void> {
  const content = await readFile(file)
  const middle = content.length >> 1
  content[middle] = (content[middle] ?? 0) ^ 1
  await writeFile(file, content)
}

describe('F24: a damaged model file', () => {
  it.each(['model.onnx', 'tokenizer.json', 'tokenizer_config.json'])(
    '%s with one flipped bit is refused with both digests and a hint',
    async file => {
      await flipByte(join(model.folder, file))
      const error = await loadModel(model.folder).catch(cause => cause)
      expect(error).toMatchObject({ code: 'MODEL_FILE_DIGEST', details: { file } })
      expect(formatError(error)).toMatch(/has the SHA-256 [0-9a-f]{64}, but its manifest says [0-9a-f]{64}\.\nFetch the file again/)
    },
  )

  it('that is cut off is refused by its size', async () => {
    await truncate(join(model.folder, 'model.onnx'), 1_000)
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_FILE_SIZE', details: { file: 'model.onnx', found: 1_000 } })
  })

  it('that is missing is named', async () => {
    await rm(join(model.folder, 'tokenizer.json'))
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_FILE_MISSING', details: { file: 'tokenizer.json' } })
  })

  it('leaves the model that is already loaded at work', async () => {
    const loaded = await loadModel(model.folder)
    const engine = await createOnnxEngine({ model: loaded })
    await flipByte(join(model.folder, 'model.onnx'))
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_FILE_DIGEST' })
    const request = { promptIds: [1, 2], sampling: { temperature: 1, topK: 0, maxTokens: 3 }, noiseKey: new Uint8Array(32) }
    expect((await engine.generate(request, new AbortController().signal)).tokenIds.length).toBe(3)
    await engine.close()
  })

  it('is a manifest that is no JSON, has another version or lacks a member', async () => {
    await model.changeManifest(manifest => delete manifest.shapes)
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_MANIFEST_SHAPE' })
    await model.changeManifest(manifest => Object.assign(manifest, { version: 'assay/manifest/2' }))
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_MANIFEST_VERSION', details: { found: 'assay/manifest/2' } })
    await writeFile(join(model.folder, 'manifest.json'), '{')
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_MANIFEST_SHAPE' })
  })

  it('is a folder that is not there', async () => {
    await expect(loadModel(join(model.folder, 'absent'))).rejects.toMatchObject({
      code: 'MODEL_FILE_MISSING',
      details: { file: 'manifest.json' },
    })
  })

  it('is a link out of the folder, even to a file of the right content', async () => {
    const outside = await makeModelFolder()
    await rm(join(model.folder, 'model.onnx'))
    await symlink(join(outside.folder, 'model.onnx'), join(model.folder, 'model.onnx'))
    await expect(loadModel(model.folder)).rejects.toMatchObject({ code: 'MODEL_PATH_UNSAFE' })
    await outside.remove()
  })
})
