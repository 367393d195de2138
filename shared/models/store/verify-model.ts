import { createReadStream } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { AssayError } from '../../errors/assay-error.ts'
import { listShards, totalBytes } from '../list-shards.ts'
import { type Manifest, maxShardBytes } from '../manifest.ts'
import { hashPieces } from './hash-pieces.ts'

/** Hashes every shard of a model and every file as a whole, and tells all that is wrong: MODEL_SHARD_DIGEST, MODEL_FILE_DIGEST, MODEL_FILE_SIZE, MODEL_FILE_MISSING or MODEL_PATH_UNSAFE. */
export async function verifyModel(
  folder: string,
  manifest: Manifest,
  onBytes?: (done: number, total: number) => void,
): Promise<AssayError[]> {
  const shards = listShards(manifest)
  const total = totalBytes(manifest)
  const root = await realpath(folder)
  const findings: AssayError[] = []
  let done = 0
  for (const file of manifest.files) {
    const { path, sha256, sizeBytes } = file
    let found: Awaited<ReturnType<typeof hashPieces>>
    try {
      const real = await realpath(join(root, path))
      if (!real.startsWith(root + sep)) throw new AssayError('MODEL_PATH_UNSAFE', { path, where: 'the manifest' })
      const chunks = createReadStream(real, { highWaterMark: 1 << 20 })
      found = await hashPieces(chunks, file.shards === undefined ? maxShardBytes : (manifest.shardBytes ?? maxShardBytes), bytes => {
        done += bytes.length
        onBytes?.(done, total)
      })
    } catch (cause) {
      findings.push(
        cause instanceof AssayError
          ? cause
          : new AssayError(
              'MODEL_FILE_MISSING',
              { folder, file: path, problem: cause instanceof Error ? cause.message : String(cause) },
              { cause },
            ),
      )
      continue
    }
    if (found.sizeBytes !== sizeBytes)
      findings.push(new AssayError('MODEL_FILE_SIZE', { file: path, found: found.sizeBytes, expected: sizeBytes }))
    const wrong = shards.filter(shard => shard.path === path && found.shards[shard.index] !== shard.sha256)
    if (file.shards !== undefined)
      for (const shard of wrong) {
        const details = { file: path, shard: shard.index, found: found.shards[shard.index] ?? 'none', expected: shard.sha256 }
        findings.push(new AssayError('MODEL_SHARD_DIGEST', details))
      }
    if (found.sha256 !== sha256 && (file.shards === undefined || wrong.length === 0))
      findings.push(new AssayError('MODEL_FILE_DIGEST', { file: path, found: found.sha256, expected: sha256 }))
  }
  return findings
}
