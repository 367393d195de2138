import { rename, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStoreReader } from '../../../../shared/models/store/create-store-reader.ts'
import { readStored, type StoredModel } from '../../../../shared/models/store/model-store.ts'
import { openRelayLab, type RelayLab } from '../../../support/relay-lab.ts'

let lab: RelayLab
let model: StoredModel
beforeAll(async () => {
  lab = await openRelayLab()
  model = await lab.add('origin', 1_000, 16_384)
})
afterAll(() => lab.close())

describe('what a relay reads of its store', () => {
  it('is read and hashed once, and again only where the file is another', async () => {
    let reads = 0
    const reader = createStoreReader(lab.folder('origin'), (...where) => {
      reads += 1
      return readStored(...where)
    })
    for (let time = 0; time < 5; time++)
      expect((await reader.list()).map(({ manifestDigest }) => manifestDigest)).toEqual([model.manifestDigest])
    expect((await reader.find(model.manifestDigest))?.folder).toBe(model.folder)
    expect(reads).toBe(1)
    await utimes(join(model.folder, 'manifest.json'), new Date(0), new Date(0))
    await reader.list()
    expect(reads).toBe(2)
    expect(await reader.find('a'.repeat(64))).toBeNull()
  })

  it('is not served where a manifest is not the one that its folder names', async () => {
    const other = 'b'.repeat(64)
    await rename(model.folder, join(lab.folder('origin'), other))
    const reader = createStoreReader(lab.folder('origin'))
    expect([await reader.find(other), await reader.list()]).toEqual([null, []])
    await rename(join(lab.folder('origin'), other), model.folder)
    expect((await reader.list()).length).toBe(1)
  })
})
