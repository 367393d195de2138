import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../../shared/models/load-model.ts'
import { runAssay } from '../../support/run-assay.ts'

const tiny = new URL('../../../config/models/assay-tiny', import.meta.url).pathname
let store: string
beforeAll(async () => {
  store = await mkdtemp(join(tmpdir(), 'assay-store-'))
})
afterAll(() => rm(store, { recursive: true, force: true }))

describe('assay model', () => {
  it('adds a model under its digest, and names the file that is wrong when it was damaged', async () => {
    const added = await runAssay(['model', 'add', tiny, '--store', store])
    const { manifestDigest } = await loadModel(tiny)
    expect(added).toMatchObject({
      code: 0,
      stdout: `${manifestDigest}  assay-tiny, fp32, 4.54 MB in 4 shards\n${join(store, manifestDigest)}\n`,
    })
    const file = join(store, manifestDigest, 'tokenizer.json')
    await writeFile(file, (await readFile(file, 'utf8')).replace('<|pad|>', '<|bad|>'))
    const verified = await runAssay(['model', 'verify', 'assay-tiny', '--store', store])
    expect(verified.code).toBe(1)
    expect(verified.stderr).toMatch(/The file tokenizer\.json has the SHA-256 [0-9a-f]{64}, but its manifest says [0-9a-f]{64}\./)
  })
})
