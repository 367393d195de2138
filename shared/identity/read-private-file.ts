import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { AssayError } from '../errors/assay-error.ts'

const maxKeyFileBytes = 64 * 1024

/** The bytes of a key file and its mode, from one open file, so that both belong to the same one. */
export async function readBytes(file: string): Promise<{ readonly content: Buffer; readonly mode: number }> {
  const handle = await openFile(file)
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw new AssayError('WALLET_CORRUPT', { file, problem: 'it is no ordinary file' })
    if (stat.size > maxKeyFileBytes)
      throw new AssayError('WALLET_CORRUPT', { file, problem: `it has ${stat.size} bytes, far more than a key` })
    return { content: await handle.readFile(), mode: stat.mode & 0o777 }
  } finally {
    await handle.close()
  }
}

/** Throws WALLET_PERMISSIONS where group or others may read or write the file; Windows has no such modes. */
export function assertPrivate(file: string, mode: number): void {
  if ((mode & 0o077) !== 0 && process.platform !== 'win32') throw new AssayError('WALLET_PERMISSIONS', { file, mode: mode.toString(8) })
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a named pipe in a key's place would wait for ever.
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new AssayError('WALLET_NOT_FOUND', { file }, { cause: error })
    throw new AssayError('WALLET_CORRUPT', { file, problem: `it cannot be opened (${code})` }, { cause: error })
  }
}
