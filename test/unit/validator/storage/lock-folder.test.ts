import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../../../../validator/storage/lock-folder.ts'
import { openStore } from '../../../../validator/storage/open-store.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const holder = fileURLToPath(new URL('../../../support/hold-folder.ts', import.meta.url))

async function startHolder(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', holder, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise(resolve => child.stdout?.once('data', resolve))
  return child
}

const lockError = () => {
  try {
    lockFolder(folder)()
    return null
  } catch (error) {
    return error
  }
}

describe('a data folder', () => {
  it('that is made is for its owner alone: who reads the secret in it knows every request in advance', async () => {
    const made = join(folder, 'made')
    lockFolder(made)()
    expect((await stat(made)).mode & 0o077).toBe(0)
  })

  it('is held by one process, which the next one is told', async () => {
    const child = await startHolder()
    expect(lockError()).toMatchObject({ code: 'VALIDATOR_LOCKED', message: expect.stringContaining(`process ${child.pid}`) })
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('exit', resolve))
    expect(lockError()).toBeNull()
  })

  it('is held once in one process too, until it is given back', () => {
    const release = lockFolder(folder)
    expect(lockError()).toMatchObject({ code: 'VALIDATOR_LOCKED', details: { holder: `${process.pid}` } })
    release()
    expect(lockError()).toBeNull()
  })

  it('can be looked into while it is held', () => {
    const release = lockFolder(folder)
    const store = openStore(folder)
    const other = openStore(folder)
    other.close()
    store.close()
    release()
  })

  it('is created with the folders above it', () => {
    const release = lockFolder(join(folder, 'a', 'b'))
    release()
  })

  it('that cannot be one is refused with its name', async () => {
    await writeFile(join(folder, 'file'), '')
    expect(() => lockFolder(join(folder, 'file'))).toThrow(
      expect.objectContaining({ code: 'STORAGE_DAMAGED', message: expect.stringContaining(join(folder, 'file')) }),
    )
  })
})
