import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addApiKey, removeApiKey } from '../../../../miner/keys/add-api-key.ts'
import { createKeyRing } from '../../../../miner/keys/create-key-ring.ts'
import { readKeyFile } from '../../../../miner/keys/read-key-file.ts'

describe('the API keys of a miner', () => {
  let folder: string
  let file: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-keys-'))
    file = join(folder, 'deep', 'keys.json')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('are known by their hash, which is all that the file keeps', async () => {
    const [one, two] = [await addApiKey(file, { name: 'one' }), await addApiKey(file, { name: 'two', concurrency: 2 })]
    expect(await readFile(file, 'utf8')).not.toContain(one.slice(6))
    const ring = createKeyRing(await readKeyFile(file), () => 0)
    expect([ring.find(`Bearer ${one}`).name, ring.find(`bearer  ${two}`).name]).toEqual(['one', 'two'])
    for (const wrong of [
      '',
      one,
      `Bearer ${one}x`,
      `Bearer ${one.slice(0, -1)}`,
      'Bearer ',
      `Basic ${one}`,
      `Bearer ${'x'.repeat(100_000)}`,
    ])
      expect(() => ring.find(wrong)).toThrow(expect.objectContaining({ code: 'MINER_KEY' }))
  })

  it('are named once each, and can be taken away', async () => {
    await addApiKey(file, { name: 'three' })
    await expect(addApiKey(file, { name: 'three' })).rejects.toMatchObject({
      code: 'MINER_KEY_NAME',
      hint: expect.stringContaining('key remove'),
    })
    await removeApiKey(file, 'three')
    await expect(removeApiKey(file, 'three')).rejects.toThrow(/no key named three/)
    expect((await readKeyFile(file)).map(({ name }) => name)).toEqual(['one', 'two'])
  })

  it('limit the requests that are open at once', async () => {
    const key = await addApiKey(file, { name: 'narrow', concurrency: 1 })
    const caller = createKeyRing(await readKeyFile(file), () => 0).find(`Bearer ${key}`)
    const leave = caller.enter()
    expect(() => caller.enter()).toThrow(expect.objectContaining({ code: 'MINER_KEY_BUSY' }))
    leave()
    leave()
    caller.enter()
    expect(() => caller.enter()).toThrow(expect.objectContaining({ code: 'MINER_KEY_BUSY' }))
  })

  it('limit the tokens of a minute', async () => {
    let now = 0
    const key = await addApiKey(file, { name: 'slow', tokensPerMinute: 60 })
    const { budget, name } = createKeyRing(await readKeyFile(file), () => now).find(`Bearer ${key}`)
    budget.charge(name, 61)
    expect(() => budget.assertOpen(name)).toThrow(expect.objectContaining({ code: 'MINER_OVER_SHARE' }))
    now = 2_000
    budget.assertOpen(name)
  })

  it.each([
    ['no JSON', 'keys'],
    ['another shape', '{"version":"assay/keys/1","keys":[{"name":"a","key":"secret"}]}'],
    ['a name twice', JSON.stringify({ version: 'assay/keys/1', keys: ['a', 'a'].map(name => ({ name, sha256: '0'.repeat(64) })) })],
  ])('are refused where their file is %s', async (_, text) => {
    const bad = join(folder, 'bad.json')
    await writeFile(bad, text)
    await expect(readKeyFile(bad)).rejects.toThrow(expect.objectContaining({ code: 'MINER_KEY_FILE' }))
  })
})
