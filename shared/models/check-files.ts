import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AssayError } from '../errors/assay-error.ts'
import type { ManifestFile } from './manifest.ts'
import { safeRelativePath } from './safe-relative-path.ts'

/** Hashes every file of a manifest; throws MODEL_PATH_UNSAFE, MODEL_FILE_MISSING, MODEL_FILE_SIZE or MODEL_FILE_DIGEST at the first that is not what it should be. */
export async function checkFiles(folder: string, files: readonly ManifestFile[]): Promise<void> {
  const root = await realpath(folder)
  for (const file of files) await checkFile(root, file)
}

async function checkFile(root: string, file: ManifestFile): Promise<void> {
  const path = join(root, safeRelativePath(file.path, 'the manifest'))
  const found = await statOf(root, file.path, path)
  if (found.sizeBytes !== file.sizeBytes)
    throw new AssayError('MODEL_FILE_SIZE', { file: file.path, found: found.sizeBytes, expected: file.sizeBytes })
  const hash = createHash('sha256')
  await pipeline(createReadStream(found.path), hash)
  const digest = hash.digest('hex')
  if (digest !== file.sha256) throw new AssayError('MODEL_FILE_DIGEST', { file: file.path, found: digest, expected: file.sha256 })
}

async function statOf(root: string, file: string, path: string): Promise<{ path: string; sizeBytes: number }> {
  let real: string
  let size: number
  try {
    real = await realpath(path)
    const stats = await stat(real)
    if (!stats.isFile()) throw new Error('it is not a plain file')
    size = stats.size
  } catch (cause) {
    throw new AssayError(
      'MODEL_FILE_MISSING',
      { folder: root, file, problem: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    )
  }
  // A link inside the folder may point anywhere; what it points at must lie inside too.
  if (!real.startsWith(root + sep)) throw new AssayError('MODEL_PATH_UNSAFE', { path: file, where: 'the manifest' })
  return { path: real, sizeBytes: size }
}
