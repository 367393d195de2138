import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../validator/storage/open-store.ts'
import { runAssay } from '../support/run-assay.ts'
import { openSettlementLab } from '../support/settlement-lab.ts'

let folder = ''
let file = ''
let whole: Buffer
beforeAll(async () => {
  const written = await mkdtemp(join(tmpdir(), 'assay-f51-'))
  const lab = await openSettlementLab({ folder: written })
  for (let number = 40; number < 46; number++) {
    await lab.ask(number, { One: [{}, {}, {}, {}] })
    await lab.settle(number)
  }
  lab.store.close()
  whole = await readFile(join(written, 'validator.sqlite'))
  await rm(written, { recursive: true, force: true })
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-f51-'))
  file = join(folder, 'validator.sqlite')
  await writeFile(file, whole)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const refusal = () => {
  try {
    openStore(folder).close()
    return null
  } catch (error) {
    return error
  }
}

describe('F51: the database is damaged', () => {
  it.each([
    ['is no database', () => Buffer.from('this is no database, however long one looks at it'.repeat(100))],
    ['lost its first bytes', (whole: Buffer) => whole.subarray(100)],
    ['was cut in the middle', (whole: Buffer) => whole.subarray(0, Math.floor(whole.length / 2 / 4_096) * 4_096)],
    ['has pages full of noise', (whole: Buffer) => Buffer.concat([whole.subarray(0, 8_192), Buffer.alloc(whole.length - 8_192, 0xa5)])],
  ])('a file that %s is refused at the start, and left as it is', async (_, damage) => {
    const damaged = damage(whole)
    await writeFile(file, damaged)
    expect(refusal()).toMatchObject({
      code: 'STORAGE_DAMAGED',
      message: expect.stringContaining(file),
      hint: expect.stringContaining('never deleted'),
    })
    expect((await readFile(file)).equals(damaged)).toBe(true)
  })

  it('the whole file is taken', () => {
    expect(refusal()).toBeNull()
  })

  it('a single page of noise is found by the check at the start', async () => {
    const handle = await open(file, 'r+')
    await handle.write(Buffer.alloc(4_096, 0x5a), 0, 4_096, Math.floor(whole.length / 4_096 / 2) * 4_096)
    await handle.close()
    expect(refusal()).toMatchObject({ code: 'STORAGE_DAMAGED' })
  })

  it('a newer schema is not touched', async () => {
    const store = openStore(folder)
    store.sqlite.pragma('user_version = 99')
    store.close()
    expect(refusal()).toMatchObject({ code: 'STORAGE_NEWER', details: { found: 99 } })
  })

  it('the command says so in a sentence, without a stack', async () => {
    await writeFile(file, 'no database'.repeat(1_000))
    const { code, stdout, stderr } = await runAssay(['validator', 'replay', '--round', '1', '--data-folder', folder])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('STORAGE_DAMAGED')
    expect(stderr).not.toContain('    at ')
  })
})
