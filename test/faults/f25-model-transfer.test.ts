import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Manifest } from '../../shared/models/manifest.ts'
import { fetchModel } from '../../shared/models/transfer/fetch-model.ts'
import { digestJson } from '../../shared/protocol/digest-json.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import { openRelayLab, type RelayLab } from '../support/relay-lab.ts'

let lab: RelayLab
let manifest: Manifest
beforeEach(async () => {
  lab = await openRelayLab()
  ;({ manifest } = await lab.add('origin', 100, 1_024))
})
afterEach(() => lab.close())

/** Fetches a manifest with other files, from a relay that gives them with right digests. */
async function fetchFiles(files: Manifest['files'], shardBytes?: number) {
  const hostile: Manifest = { ...manifest, files, ...(shardBytes !== undefined && { shardBytes }) }
  const url = await lab.fake((request, response) => {
    const body = request.url?.endsWith('manifest.json') ? JSON.stringify(hostile) : content
    response.end(body)
  })
  const limits = { headerMs: 1_000, stallMs: 1_000, patienceMs: 500 }
  return fetchModel({
    manifestDigest: digestJson(hostile),
    relays: [url],
    store: lab.folder('miner'),
    signal: new AbortController().signal,
    limits,
  })
}

const content = 'hello'
const listed = (path: string) => ({ path, sha256: sha256Hex(content), sizeBytes: content.length })

describe('F25: a manifest that a relay gives', () => {
  it.each(['../evil', '/etc/evil', 'a/../../evil', './evil', 'a//evil', 'a\\..\\evil', 'C:evil'])(
    'with the path %s is refused, and nothing is written',
    async path => {
      await expect(fetchFiles([listed(path)])).rejects.toMatchObject({ code: 'MODEL_PATH_UNSAFE', details: { path } })
      await expect(access(join(lab.folder('miner'), 'evil'))).rejects.toThrow('ENOENT')
      expect((await readdir(lab.folder('miner')).catch(() => [])).filter(name => !name.endsWith('.partial'))).toEqual([])
    },
  )

  it.each([
    ['a name twice', [listed('a'), listed('a')]],
    ['a file that is a folder too', [listed('a'), listed('a/b')]],
    ['itself', [listed('manifest.json')]],
  ])('that lists %s is refused', async (_, files) => {
    await expect(fetchFiles(files)).rejects.toMatchObject({ code: 'MODEL_SHARDS' })
  })

  it('whose shards do not make its file is refused', async () => {
    await expect(fetchFiles([{ ...listed('a'), shards: [sha256Hex(content), sha256Hex(content)] }], 5)).rejects.toMatchObject({
      code: 'MODEL_SHARDS',
    })
  })

  it('whose shards are right but are not the file that it names is refused whole, and never takes its place in the store', async () => {
    const lying = { ...listed('a'), sha256: '0'.repeat(64), shards: [sha256Hex(content)] }
    await expect(fetchFiles([lying], 1_024)).rejects.toMatchObject({ code: 'MODEL_FILE_DIGEST', details: { file: 'a' } })
    expect((await readdir(lab.folder('miner'))).every(name => name.endsWith('.partial'))).toBe(true)
  })

  it('with files of any other path arrives', async () => {
    const { folder } = await fetchFiles([listed('a/b c/ü.bin'), { path: 'empty', sha256: sha256Hex(''), sizeBytes: 0 }])
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(['a', 'a/b c', 'a/b c/ü.bin', 'empty', 'manifest.json'])
  })
})
