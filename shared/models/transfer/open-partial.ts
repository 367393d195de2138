import { createHash } from 'node:crypto'
import { appendFile, mkdir, open, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AssayError } from '../../errors/assay-error.ts'
import { canonicalJson } from '../../protocol/canonical-json.ts'
import { checkFiles } from '../check-files.ts'
import { listShards, type Shard } from '../list-shards.ts'
import type { Manifest } from '../manifest.ts'
import { diskError } from '../store/disk-error.ts'
import { folderOf } from '../store/model-store.ts'

/** A model that is being fetched: verified shards at their places, and a list of them. */
export interface PartialModel {
  readonly shards: readonly Shard[]
  /** Places in `shards` of those that are here and were verified. */
  readonly held: ReadonlySet<number>
  /** Where the files lie; changes when the model is complete. */
  folder(): string
  /** Whether these bytes of a file are here and verified. */
  holds(path: string, from: number, to: number): boolean
  /** Keeps the bytes of a shard; they must have its digest. Throws MODEL_DISK_FULL or MODEL_WRITE. */
  save(index: number, bytes: Uint8Array): Promise<void>
  /** Hashes every file as a whole and moves the model to its place in the store; throws MODEL_FILE_DIGEST where a manifest lists shards of other files. */
  complete(): Promise<string>
  /** Lets other processes go on from here. */
  release(): Promise<void>
}

/** Opens or resumes the partial copy of a model in a store; what an earlier process verified is hashed again and kept. Throws MODEL_BUSY, MODEL_SHARDS, MODEL_DISK_FULL or MODEL_WRITE. */
export async function openPartial(store: string, manifestDigest: string, manifest: Manifest): Promise<PartialModel> {
  const root = join(store, `${manifestDigest}.partial`)
  const files = join(root, 'files')
  const journal = join(root, 'shards.log')
  const shards = listShards(manifest)
  const wrap = async <T>(file: string, work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (cause) {
      throw diskError(cause, root, file)
    }
  }
  await wrap(files, mkdir(files, { recursive: true }))
  const pidFile = join(root, 'pid')
  await takePid(pidFile, root)
  const held = new Set<number>()
  let folder = files
  const partial: PartialModel = {
    shards,
    held,
    folder: () => folder,
    holds: (path, from, to) =>
      shards.every((shard, index) => shard.path !== path || shard.offset + shard.length <= from || shard.offset >= to || held.has(index)),
    async save(index, bytes) {
      const shard = shards[index]
      if (shard === undefined) return
      const path = join(files, shard.path)
      await wrap(path, mkdir(dirname(path), { recursive: true }))
      // Opened anew each time: a model may have more files than a process may hold open.
      const handle = await wrap(
        path,
        open(path, 'r+').catch(() => open(path, 'a').then(created => created.close().then(() => open(path, 'r+')))),
      )
      try {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await wrap(path, handle.write(bytes, done, bytes.length - done, shard.offset + done))
          done += bytesWritten
        }
      } finally {
        await handle.close()
      }
      await wrap(journal, appendFile(journal, `${index}\n`))
      held.add(index)
    },
    async complete() {
      await checkFiles(files, manifest.files)
      for (const { path } of manifest.files) await syncFile(join(files, path))
      await wrap(files, writeFile(join(files, 'manifest.json'), canonicalJson(manifest)))
      const target = folderOf(store, manifestDigest)
      await wrap(target, rename(files, target))
      folder = target
      takenHere.delete(pidFile)
      await rm(root, { recursive: true, force: true })
      return target
    },
    async release() {
      if (takenHere.delete(pidFile)) await rm(pidFile, { force: true })
    },
  }
  try {
    for (const index of await readJournal(journal)) {
      const shard = shards[index]
      if (shard !== undefined && (await hasDigest(join(files, shard.path), shard))) held.add(index)
    }
    await assertRoom(
      store,
      shards.reduce((sum, shard, index) => sum + (held.has(index) ? 0 : shard.length), 0),
    )
    return partial
  } catch (error) {
    await partial.release()
    throw error
  }
}

// In a container every process that was ever started may have had our number.
const takenHere = new Set<string>()

// Which process fills the folder; one that died without a word leaves its number, which nobody has any more.
async function takePid(file: string, folder: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' })
      takenHere.add(file)
      return
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw diskError(cause, folder, file)
    }
    const pid = Number(await readFile(file, 'utf8').catch(() => ''))
    if (Number.isInteger(pid) && pid > 0 && (pid === process.pid ? takenHere.has(file) : runs(pid)))
      throw new AssayError('MODEL_BUSY', { pid, folder })
    await rm(file, { force: true })
  }
  throw new AssayError('MODEL_BUSY', { pid: 'unknown', folder })
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function readJournal(file: string): Promise<number[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  // A kill may leave half a line at the end; what has no line break was not finished.
  return [...new Set(text.split('\n').slice(0, -1).map(Number))].filter(index => Number.isInteger(index) && index >= 0)
}

async function hasDigest(file: string, { offset, length, sha256 }: Shard): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return false
  try {
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await handle.read(bytes, 0, length, offset)
    return bytesRead === length && createHash('sha256').update(bytes).digest('hex') === sha256
  } finally {
    await handle.close()
  }
}

async function assertRoom(store: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(store)
  if (needed > bavail * bsize)
    throw new AssayError('MODEL_DISK_FULL', { folder: store, problem: `${needed} bytes are still to come and ${bavail * bsize} are free` })
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}
