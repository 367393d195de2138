import { randomBytes } from 'node:crypto'
import { link, mkdir, open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AssayError } from '../errors/assay-error.ts'

/**
 * Writes a new key file with mode 600 from its first moment. It appears whole or not at all, also when the process dies,
 * and never in another file's place: throws WALLET_EXISTS.
 */
export async function writeKeyFile(file: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const temporary = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    // A hard link fails where the name is taken; a rename would replace what is there.
    await link(temporary, file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new AssayError('WALLET_EXISTS', { file }, { cause: error })
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}
