import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Catalogue, type CatalogueOptions, openCatalogue } from '../../../../miner/catalogue/open-catalogue.ts'
import { listFolders, watchCatalogue } from '../../../../miner/catalogue/watch-catalogue.ts'
import type { Engine } from '../../../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../../../shared/engine/onnx/create-onnx-engine.ts'
import { type LoadedModel, loadModel } from '../../../../shared/models/load-model.ts'
import { readGraph } from '../../../../shared/models/onnx/graph.ts'
import { sha256Hex } from '../../../../shared/util/sha256-hex.ts'
import { buildRandomDecoder, writeRandomDecoder } from '../../../support/random-decoder.ts'
import { leastShape } from '../../../support/relay-lab.ts'

const signal = new AbortController().signal
const patience = { timeout: 20_000 }
const request = { promptIds: [1, 7, 9], sampling: { temperature: 0, topK: 0, maxTokens: 4 }, noiseKey: new Uint8Array(32) }

let root: string
let catalogue: Catalogue
let open: number
let mostOpen: number
let logged: string[]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-catalogue-'))
  ;[open, mostOpen, logged] = [0, 0, []]
  catalogue = makeCatalogue()
})
afterEach(async () => {
  await catalogue.close()
  await rm(root, { recursive: true, force: true })
})

/** An engine without arithmetic: its answer follows from the model's digest. */
async function openPlain(model: LoadedModel): Promise<Engine> {
  readGraph(await readFile(model.graphPath))
  const tokenIds = [...Buffer.from(model.manifestDigest.slice(0, 8), 'hex')]
  const refuse = async () => {
    throw new Error('not needed here')
  }
  return {
    ...{ manifestDigest: model.manifestDigest, provider: 'plain', score: refuse, close: async () => {} },
    async generate() {
      await new Promise(setImmediate)
      return { tokenIds, logProbs: new Float32Array(tokenIds.length), finishReason: 'length' }
    },
  }
}

function makeCatalogue(
  options: Partial<CatalogueOptions> = {},
  createEngine: (model: LoadedModel) => Promise<Engine> = openPlain,
): Catalogue {
  const openEngine = async (model: LoadedModel) => {
    const engine = await createEngine(model)
    mostOpen = Math.max(mostOpen, ++open)
    const close = async () => {
      open--
      await engine.close()
    }
    return { engine: { ...engine, close }, capacity: () => 100 }
  }
  const log = (_: string, text: string) => void logged.push(text)
  return openCatalogue({
    loadModel,
    openEngine,
    memoryBytes: 0,
    monotonicMs: () => performance.now(),
    log,
    retireMs: 0,
    residenceMs: 0,
    ...options,
  })
}

/** A model of this name; its seed fixes its weights. */
async function place(name: string, seed: number, folder = join(root, name)): Promise<string> {
  const made = await writeRandomDecoder({ ...leastShape, seed })
  const manifest = JSON.parse(await readFile(join(made.folder, 'manifest.json'), 'utf8'))
  await writeFile(join(made.folder, 'manifest.json'), JSON.stringify({ ...manifest, name }))
  await rm(folder, { recursive: true, force: true })
  await cp(made.folder, folder, { recursive: true })
  await made.remove()
  return folder
}

const ask = async (name: string) => (await catalogue.find(name).engine.generate(request, signal)).tokenIds

describe('a catalogue of models', () => {
  it('serves each of them by its name, in the order of its folders', async () => {
    const folders = [await place('one', 1), await place('two', 2)]
    expect([...(await catalogue.apply(folders, signal))]).toEqual([])
    expect(catalogue.list().map(row => row.model.manifest.name)).toEqual(['one', 'two'])
    expect(await ask('one')).not.toEqual(await ask('two'))
    expect(() => catalogue.find('three')).toThrow(expect.objectContaining({ code: 'MINER_MODEL', details: { model: 'one, two' } }))
  })

  it('keeps no more loaded than its memory allows, and answers for all the same', async () => {
    const folders = [await place('one', 1), await place('two', 2), await place('three', 3)]
    const size = (await loadModel(folders[0] ?? '')).manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0)
    catalogue = makeCatalogue({ memoryBytes: 5 * size })
    await catalogue.apply(folders, signal)
    const answers = await Promise.all(['one', 'two', 'three', 'one', 'two', 'three'].map(ask))
    expect(answers.slice(0, 3)).toEqual(answers.slice(3))
    expect(mostOpen).toBe(2)
  })

  it('changes a model without losing one of many requests, and ends the old engine after the last', async () => {
    catalogue = makeCatalogue({}, model => createOnnxEngine({ model }))
    const folder = await place('one', 1)
    await catalogue.apply([folder], signal)
    const before = await ask('one')
    await place('one', 2, folder)
    let asking = true
    const answers: (readonly number[])[] = []
    const load = Array.from({ length: 4 }, async () => {
      while (asking) answers.push(await ask('one'))
    })
    expect([...(await catalogue.apply([folder], signal))]).toEqual([])
    const after = await ask('one')
    asking = false
    await Promise.all(load)
    expect(after).not.toEqual(before)
    expect(answers.length).toBeGreaterThan(4)
    expect(answers.every(answer => [before.join(), after.join()].includes(answer.join()))).toBe(true)
    await expect.poll(() => open, patience).toBe(1)
  })

  it('lets a request that already knows the old model begin after the change', async () => {
    catalogue = makeCatalogue({ retireMs: 60_000 })
    const folder = await place('one', 1)
    await catalogue.apply([folder], signal)
    const before = await ask('one')
    const waiting = catalogue.find('one')
    await place('one', 2, folder)
    await catalogue.apply([folder], signal)
    expect((await waiting.engine.generate(request, signal)).tokenIds).toEqual(before)
  })

  it('F24: keeps the old model at work where the new one has a damaged file', async () => {
    const folder = await place('one', 1)
    await catalogue.apply([folder], signal)
    const before = await ask('one')
    await place('one', 2, folder)
    const graph = await readFile(join(folder, 'model.onnx'))
    graph[graph.length >> 1] = (graph[graph.length >> 1] ?? 0) ^ 1
    await writeFile(join(folder, 'model.onnx'), graph)
    const errors = await catalogue.apply([folder], signal)
    expect(errors.get(folder)).toMatchObject({ code: 'MODEL_FILE_DIGEST', details: { file: 'model.onnx' } })
    expect(await ask('one')).toEqual(before)
  })

  it('F24: keeps the old model where the new graph is listed rightly but no graph', async () => {
    const folder = await place('one', 1)
    await catalogue.apply([folder], signal)
    const before = await ask('one')
    const broken = buildRandomDecoder(leastShape).subarray(0, 5_000)
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
    manifest.files = manifest.files.map((file: { path: string }) =>
      file.path === 'model.onnx' ? { path: 'model.onnx', sha256: sha256Hex(broken), sizeBytes: broken.length } : file,
    )
    await writeFile(join(folder, 'model.onnx'), broken)
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
    expect((await catalogue.apply([folder], signal)).get(folder)).toMatchObject({ code: 'MODEL_GRAPH' })
    expect(await ask('one')).toEqual(before)
  })

  it('refuses a file that rotted while its engine was not loaded', async () => {
    const folders = [await place('one', 1), await place('two', 2)]
    const size = (await loadModel(folders[0] ?? '')).manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0)
    catalogue = makeCatalogue({ memoryBytes: 3 * size })
    await catalogue.apply(folders, signal)
    const graph = await readFile(join(folders[0] ?? '', 'model.onnx'))
    graph[1_000] = (graph[1_000] ?? 0) ^ 1
    await writeFile(join(folders[0] ?? '', 'model.onnx'), graph)
    await expect(ask('one')).rejects.toMatchObject({ code: 'MODEL_FILE_DIGEST' })
    expect((await ask('two')).length).toBe(4)
  })

  it('refuses a second model of one name', async () => {
    const folders = [await place('one', 1), await place('one', 2, join(root, 'other'))]
    const errors = await catalogue.apply(folders, signal)
    expect(errors.get(folders[1] ?? '')).toMatchObject({ code: 'MINER_MODEL_TWICE' })
    expect(catalogue.list().length).toBe(1)
  })

  it('no longer serves what was taken out', async () => {
    const folders = [await place('one', 1), await place('two', 2)]
    await catalogue.apply(folders, signal)
    await catalogue.apply(folders.slice(0, 1), signal)
    expect(() => catalogue.find('two')).toThrow(expect.objectContaining({ code: 'MINER_MODEL' }))
    await expect.poll(() => open, patience).toBe(1)
  })

  it('keeps a leased engine loaded until the lease is released', async () => {
    const folder = await place('one', 1)
    await catalogue.apply([folder], signal)
    const lease = await catalogue.lookup('one', signal)
    await catalogue.apply([], signal)
    expect((await lease.engine.generate(request, signal)).tokenIds.length).toBe(4)
    lease.release()
    await expect.poll(() => open, patience).toBe(0)
  })
})

describe('the watch over a catalogue', () => {
  it('reads the catalogue file again when it changes and when told, and a broken one changes nothing', async () => {
    const [one, two] = [await place('one', 1), await place('two', 2)]
    const catalogueFile = join(root, 'catalogue.json')
    await writeFile(catalogueFile, JSON.stringify({ models: [] }))
    const settings = { modelFolder: one, catalogueFile }
    await catalogue.apply(await listFolders(settings), signal)
    const names = () => catalogue.list().map(row => row.model.manifest.name)
    const watch = watchCatalogue({ catalogue, settings, everyMs: 20, log: (_, text) => logged.push(text), signal })
    await writeFile(catalogueFile, JSON.stringify({ models: [{ folder: 'two' }] }))
    await expect.poll(names, patience).toEqual(['one', 'two'])
    await writeFile(catalogueFile, '{')
    await expect.poll(() => logged.join('\n'), patience).toContain('MINER_CATALOGUE')
    expect(names()).toEqual(['one', 'two'])
    await writeFile(catalogueFile, JSON.stringify({ models: [{ folder: two }] }))
    await watch.reload()
    await watch.stop()
    expect(names()).toEqual(['one', 'two'])
    expect(two).toBe(join(root, 'two'))
  })
})
