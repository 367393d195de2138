import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { AssayError } from '../errors/assay-error.ts'
import { assertReadable, type DeriveKey, decryptKeyFile, isEncrypted } from './key-file-encryption.ts'
import { type KeyFile, parseKeyFile } from './key-file.ts'
import { type PasswordSources, readPassword } from './read-password.ts'

const maxKeyFileBytes = 64 * 1024

/** Where the password comes from, and for tests another derivation than the 4-second one. */
export interface ReadKeyOptions extends PasswordSources {
  readonly deriveKey?: DeriveKey
}

/**
 * Reads a key file, encrypted or not. Throws WALLET_NOT_FOUND, WALLET_PERMISSIONS (others can read a plain secret),
 * WALLET_CORRUPT, WALLET_ENCRYPTION_OLD, WALLET_PASSWORD and WALLET_PASSWORD_MISSING.
 */
export async function readKeyFile(file: string, options: ReadKeyOptions = {}): Promise<KeyFile> {
  const { content, mode } = await readBytes(file)
  if (!isEncrypted(content)) {
    const key = parseKeyFile(content.toString('utf8'), file)
    if (key.pair !== null) assertPrivate(file, mode)
    return key
  }
  assertReadable(content, file)
  const { candidates } = await readPassword(file, options)
  const { text } = await decryptKeyFile(content, candidates, file, options.deriveKey)
  return parseKeyFile(text, file)
}

/** The bytes of a key file and its mode, from one open file, so that both belong to the same one. */
export async function readBytes(file: string): Promise<{ readonly content: Buffer; readonly mode: number }> {
  const handle = await openFile(file)
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw new AssayError('WALLET_CORRUPT', { file, problem: 'it is no ordinary file' })
    if (stat.size > maxKeyFileBytes) throw new AssayError('WALLET_CORRUPT', { file, problem: `it has ${stat.size} bytes, far more than a key` })
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
