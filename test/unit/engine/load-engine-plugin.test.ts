import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadEnginePlugin } from '../../../shared/engine/load-engine-plugin.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-plugin-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the loader of plug-in engines', () => {
  it('loads a plug-in written in TypeScript', async () => {
    const plugin = await loadEnginePlugin(fileURLToPath(new URL('../../../owner/gallery/ignore-seed.ts', import.meta.url)))
    expect(typeof plugin.createEngine).toBe('function')
  })

  it('refuses a module without createEngine', async () => {
    const file = join(folder, 'empty.mjs')
    writeFileSync(file, 'export const nothing = 1')
    await expect(loadEnginePlugin(file)).rejects.toMatchObject({
      code: 'ENGINE_PLUGIN',
      details: { problem: 'it exports no function createEngine' },
    })
  })

  it('names the file that is missing', async () => {
    const file = join(folder, 'absent.mjs')
    await expect(loadEnginePlugin(file)).rejects.toMatchObject({ code: 'ENGINE_PLUGIN', details: { file } })
  })
})
