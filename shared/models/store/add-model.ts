import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AssayError } from '../../errors/assay-error.ts'
import { canonicalJson } from '../../protocol/canonical-json.ts'
import { digestJson } from '../../protocol/digest-json.ts'
import { readGguf } from '../gguf/read-gguf.ts'
import { listShards } from '../list-shards.ts'
import { loadManifest } from '../load-model.ts'
import { type Manifest, type ManifestFile, maxShardBytes, parseManifest } from '../manifest.ts'
import { externalFiles } from '../onnx/external-files.ts'
import { safeRelativePath } from '../safe-relative-path.ts'
import { describeExport } from './describe-export.ts'
import { diskError } from './disk-error.ts'
import { hashPieces } from './hash-pieces.ts'
import { folderOf, type StoredModel } from './model-store.ts'

export interface AddOptions {
  readonly folder: string
  readonly store: string
  /** Path of the graph inside the folder; needed where it holds several. */
  readonly graph?: string | undefined
  readonly name?: string | undefined
  readonly precision?: Manifest['precision'] | undefined
  /** Bytes of a shard; chosen by the size of the model unless told. */
  readonly shardBytes?: number | undefined
  readonly onBytes?: (done: number, total: number) => void
}

const leastShardBytes = 8 * 1024 * 1024
/** A manifest of some thousands of shards is still small. */
const wantedShards = 16_384
/** What stands beside a graph and belongs to the model. */
const companions = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']

/**
 * Copies a model into a store and writes its manifest: an export in Hugging Face's layout, a GGUF file with its tokenizer, or a folder that has a
 * manifest already, which then stays as it is. Throws MODEL_EXPORT, MODEL_FILE_*, MODEL_PATH_UNSAFE, MODEL_DISK_FULL or MODEL_WRITE.
 */
export async function addModel({ store, onBytes, shardBytes, ...options }: AddOptions): Promise<StoredModel> {
  const folder = resolve(options.folder)
  const plan = await planModel({ ...options, folder })
  const sizes = await Promise.all(plan.paths.map(async path => (await statOf(folder, path)).size))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const pieceBytes = plan.manifest?.shardBytes ?? shardBytes ?? chooseShardBytes(total)
  await mkdir(store, { recursive: true }).catch(cause => {
    throw diskError(cause, store, store)
  })
  const temporary = join(store, `.add-${process.pid}-${Date.now()}`)
  try {
    const files: ManifestFile[] = []
    let done = 0
    for (const path of plan.paths) {
      const file = await copyFile(folder, temporary, path, pieceBytes, bytes => {
        done += bytes
        onBytes?.(done, total)
      })
      files.push(file)
    }
    const manifest =
      plan.manifest ?? parseManifest({ ...plan.terms, files, ...(files.some(file => file.shards) && { shardBytes: pieceBytes }) })
    if (plan.manifest !== undefined) assertSame(plan.manifest, files)
    listShards(manifest)
    await writeFile(join(temporary, 'manifest.json'), canonicalJson(manifest)).catch(cause => {
      throw diskError(cause, store, join(temporary, 'manifest.json'))
    })
    const manifestDigest = digestJson(manifest)
    const target = folderOf(store, manifestDigest)
    // What is there under this name has this content, or `verify` says so.
    if (!(await exists(target))) await rename(temporary, target)
    return { manifestDigest, folder: target, manifest }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Bytes of a shard for a model of this size: a power of two, so that the manifest stays small and a shard fits into memory. */
export function chooseShardBytes(total: number): number {
  let bytes = leastShardBytes
  while (bytes < maxShardBytes && total / bytes > wantedShards) bytes *= 2
  return bytes
}

interface Plan {
  readonly paths: readonly string[]
  readonly manifest?: Manifest
  readonly terms?: Omit<Manifest, 'files'>
}

async function planModel({ folder, graph: asked, name, precision }: Omit<AddOptions, 'store'>): Promise<Plan> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(cause => {
    throw new AssayError('MODEL_EXPORT', { folder, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
  })
  // A hub's cache keeps its files as links; whose target is no file fails when it is copied.
  const paths = entries
    .filter(entry => entry.isFile() || entry.isSymbolicLink())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
  if (paths.includes('manifest.json') && asked === undefined) {
    const manifest = await loadManifest(folder)
    listShards(manifest)
    return { manifest, paths: manifest.files.map(file => file.path) }
  }
  const graph = asked === undefined ? onlyGraph(folder, paths) : safeRelativePath(asked, '--graph')
  if (!paths.includes(graph)) throw new AssayError('MODEL_EXPORT', { folder, problem: `it has no file ${graph}` })
  const format = graph.endsWith('.gguf') ? 'gguf' : 'onnx'
  for (const needed of ['tokenizer.json', 'tokenizer_config.json'])
    if (!paths.includes(needed)) throw new AssayError('MODEL_EXPORT', { folder, problem: `it has no ${needed}` })
  const json = (file: string) => (paths.includes(file) ? readJson(folder, file) : undefined)
  const terms = describeExport({
    ...{ folder, graph, format, precision },
    config: await json('config.json'),
    generationConfig: await json('generation_config.json'),
    gguf: format === 'gguf' ? await readGguf(join(folder, graph)) : undefined,
  })
  const external = format === 'onnx' ? externalFiles(await readFile(join(folder, graph))) : []
  const beside = external.map(location => [...graph.split('/').slice(0, -1), safeRelativePath(location, graph)].join('/'))
  return {
    paths: [...new Set([graph, ...beside, ...companions.filter(file => paths.includes(file))])].sort(),
    terms: { version: 'assay/manifest/1', name: name ?? basename(folder), ...terms, knownAnswers: [], figures: {} },
  }
}

function onlyGraph(folder: string, paths: readonly string[]): string {
  const graphs = paths.filter(path => /\.(onnx|gguf)$/.test(path))
  const [graph] = graphs
  if (graph === undefined) throw new AssayError('MODEL_EXPORT', { folder, problem: 'it has no file that ends in .onnx or .gguf' })
  if (graphs.length > 1)
    throw new AssayError('MODEL_EXPORT', {
      folder,
      problem: `it has ${graphs.length} graphs, name one with --graph: ${graphs.sort().join(', ')}`,
    })
  return graph
}

async function copyFile(
  from: string,
  to: string,
  path: string,
  shardBytes: number,
  onBytes: (bytes: number) => void,
): Promise<ManifestFile> {
  const target = join(to, path)
  const failed = (cause: unknown) => diskError(cause, to, target)
  const handle = await mkdir(dirname(target), { recursive: true })
    .then(() => open(target, 'wx'))
    .catch(cause => {
      throw failed(cause)
    })
  try {
    const { sha256, shards, sizeBytes } = await hashPieces(
      createReadStream(join(from, path), { highWaterMark: 1 << 20 }),
      shardBytes,
      async bytes => {
        await handle.writeFile(bytes).catch(cause => {
          throw failed(cause)
        })
        onBytes(bytes.length)
      },
    )
    await handle.sync()
    return { path, sha256, sizeBytes, ...(shards.length > 1 && { shards: [...shards] }) }
  } finally {
    await handle.close()
  }
}

function assertSame(manifest: Manifest, copied: readonly ManifestFile[]): void {
  for (const [index, { path, sha256, sizeBytes }] of manifest.files.entries()) {
    const found = copied[index]
    if (found?.sizeBytes !== sizeBytes)
      throw new AssayError('MODEL_FILE_SIZE', { file: path, found: found?.sizeBytes ?? 0, expected: sizeBytes })
    if (found.sha256 !== sha256) throw new AssayError('MODEL_FILE_DIGEST', { file: path, found: found.sha256, expected: sha256 })
  }
}

async function statOf(folder: string, path: string) {
  return await stat(join(folder, path)).catch(cause => {
    throw new AssayError(
      'MODEL_FILE_MISSING',
      { folder, file: path, problem: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    )
  })
}

async function readJson(folder: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, file), 'utf8'))
  } catch (cause) {
    throw new AssayError(
      'MODEL_EXPORT',
      { folder, problem: `${file}: ${cause instanceof Error ? cause.message : String(cause)}` },
      { cause },
    )
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
