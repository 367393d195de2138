import { AssayError } from '../errors/assay-error.ts'
import { type Manifest, maxShardBytes } from './manifest.ts'
import { safeRelativePath } from './safe-relative-path.ts'

/** A piece of a file that is fetched and verified by itself. */
export interface Shard {
  readonly path: string
  /** Place of the piece in its file. */
  readonly index: number
  readonly offset: number
  readonly length: number
  readonly sha256: string
}

const manifestName = 'manifest.json'

/** Every piece of an artefact in the order of its files; throws MODEL_PATH_UNSAFE, or MODEL_SHARDS where the manifest's list cannot be what it describes. */
export function listShards({ files, shardBytes }: Pick<Manifest, 'files' | 'shardBytes'>): Shard[] {
  const folders = new Set<string>()
  for (const { path } of files) {
    const parts = safeRelativePath(path, 'the manifest').split('/')
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join('/'))
  }
  const seen = new Set<string>()
  return files.flatMap(({ path, sha256, sizeBytes, shards }) => {
    const refuse = (problem: string) => new AssayError('MODEL_SHARDS', { file: path, problem })
    if (seen.has(path) || folders.has(path)) throw refuse('its name stands twice')
    if (path === manifestName) throw refuse('the manifest cannot list itself')
    seen.add(path)
    if (shards === undefined) {
      if (sizeBytes > maxShardBytes) throw refuse(`it has ${sizeBytes} bytes in one piece, and a shard has at most ${maxShardBytes}`)
      return [{ path, index: 0, offset: 0, length: sizeBytes, sha256 }]
    }
    if (shardBytes === undefined || shards.length !== Math.max(1, Math.ceil(sizeBytes / shardBytes)))
      throw refuse(`${shards.length} shards of ${shardBytes ?? 'unknown'} bytes do not make ${sizeBytes} bytes`)
    return shards.map((digest, index) => ({
      ...{ path, index, offset: index * shardBytes, sha256: digest },
      length: Math.min(shardBytes, sizeBytes - index * shardBytes),
    }))
  })
}

/** Bytes of all files together. */
export function totalBytes({ files }: Pick<Manifest, 'files'>): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0)
}
