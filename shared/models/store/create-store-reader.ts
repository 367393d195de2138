import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { byName, digestPattern, folderOf, readStored, type StoredModel } from './model-store.ts'

/** Looks models up in a store that may change meanwhile. */
export interface StoreReader {
  /** One model; null where it is not there or its manifest is not the one that its folder names. */
  find(manifestDigest: string): Promise<StoredModel | null>
  /** Every model, by name. */
  list(): Promise<StoredModel[]>
}

interface Known {
  /** What tells one state of the manifest's file from another. */
  readonly mark: string
  readonly model: StoredModel | null
}

/** Reads and hashes a manifest only where its file is another than at the last look: strangers may ask as often as they like. */
export function createStoreReader(store: string, read: typeof readStored = readStored): StoreReader {
  const known = new Map<string, Known>()
  const find = async (digest: string): Promise<StoredModel | null> => {
    if (!digestPattern.test(digest)) return null
    const found = await stat(join(folderOf(store, digest), 'manifest.json')).catch(() => null)
    if (found === null) {
      known.delete(digest)
      return null
    }
    const mark = `${found.ino} ${found.size} ${found.mtimeMs}`
    const before = known.get(digest)
    if (before?.mark === mark) return before.model
    const model = await read(store, digest).catch(() => null)
    known.set(digest, { mark, model })
    return model
  }
  return {
    find,
    async list() {
      const names = await readdir(store).catch(() => [])
      const models: StoredModel[] = []
      for (const name of names.filter(name => digestPattern.test(name)).sort()) {
        const model = await find(name)
        if (model !== null) models.push(model)
      }
      return models.sort(byName)
    },
  }
}
