import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../../../shared/models/load-model.ts'
import { parseChatAnswer } from '../../../../shared/protocol/answer.ts'
import { chatAsk, signedRequest } from '../../../support/signed-ask.ts'
import { codeOf, startTestMiner, type TestMiner, tinyModelFolder } from '../../../support/test-miner.ts'
import { toyEngine } from '../../../support/toy-engine.ts'

let root: string
let miner: TestMiner
const small = () => join(root, 'small')

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-models-'))
  await cp(`${tinyModelFolder}-small`, small(), { recursive: true })
  miner = await startTestMiner({
    flags: { modelFolders: [small(), join(root, 'absent')] },
    modules: { loadModel, openEngine: async (_, { model }) => ({ engine: toyEngine(model.manifestDigest) }) },
  })
})
afterAll(async () => {
  await miner.stop()
  await rm(root, { recursive: true, force: true })
})

const digestOf = async (folder: string) => (await loadModel(folder)).manifestDigest
const ask = (model: string, digest: string) =>
  miner.send(signedRequest(miner.cast.validator, miner.cast.miner.hotkey, chatAsk(digest, { model, max_tokens: 8 })))

describe('a miner with several models', () => {
  it('answers for each by its name, with receipts that name its manifest, and leaves out what it cannot load', async () => {
    for (const [name, folder] of [
      ['assay-tiny', tinyModelFolder],
      ['assay-tiny-small', small()],
    ] as const) {
      const digest = await digestOf(folder)
      const answer = parseChatAnswer((await ask(name, digest)).json)
      expect(answer.assay.receipt.manifestDigest).toBe(digest)
    }
    expect((await miner.get('/healthz')).json).toMatchObject({ model: 'assay-tiny' })
    expect(codeOf(await ask('absent', '0'.repeat(64)))).toBe('MINER_MODEL')
  })

  it('F25: a model whose weights were changed under its manifest stays as it was, and the changed one is not served', async () => {
    const digest = await digestOf(small())
    const graph = await readFile(join(small(), 'model.onnx'))
    graph[graph.length >> 1] = (graph[graph.length >> 1] ?? 0) ^ 1
    await writeFile(join(small(), 'model.onnx'), graph)
    const manifest = JSON.parse(await readFile(join(small(), 'manifest.json'), 'utf8'))
    await writeFile(join(small(), 'manifest.json'), JSON.stringify({ ...manifest, tolerance: 0.002 }))
    await miner.running.reload()
    expect((await ask('assay-tiny-small', digest)).status).toBe(200)
  })

  it('changes to another artefact of a model when it is told to read again', async () => {
    await rm(small(), { recursive: true })
    await cp(`${tinyModelFolder}-small`, small(), { recursive: true })
    const manifest = JSON.parse(await readFile(join(small(), 'manifest.json'), 'utf8'))
    await writeFile(join(small(), 'manifest.json'), JSON.stringify({ ...manifest, tolerance: 0.003 }))
    const before = await digestOf(`${tinyModelFolder}-small`)
    await miner.running.reload()
    expect((await ask('assay-tiny-small', await digestOf(small()))).status).toBe(200)
    expect(codeOf(await ask('assay-tiny-small', before))).toBe('MINER_MANIFEST')
  })
})
