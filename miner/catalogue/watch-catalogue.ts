import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { formatError } from '../../shared/errors/format-error.ts'
import { expandHome } from '../../shared/identity/wallet-location.ts'
import type { Catalogue } from './open-catalogue.ts'
import { readCatalogueFile } from './read-catalogue-file.ts'

export interface CatalogueSettings {
  readonly modelFolder: string
  readonly modelFolders?: readonly string[] | undefined
  readonly catalogueFile?: string | undefined
}

export interface WatchOptions {
  readonly catalogue: Pick<Catalogue, 'apply'>
  readonly settings: CatalogueSettings
  readonly everyMs: number
  readonly log: (level: 'info' | 'error', text: string) => void
  readonly signal: AbortSignal
}

/** Every model folder that the settings name, the main one first; throws MINER_CATALOGUE. */
export async function listFolders({ modelFolder, modelFolders = [], catalogueFile }: CatalogueSettings): Promise<string[]> {
  const listed = catalogueFile === undefined ? [] : await readCatalogueFile(resolve(expandHome(catalogueFile)))
  return [...new Set([...[modelFolder, ...modelFolders].map(folder => resolve(expandHome(folder))), ...listed])]
}

export interface CatalogueWatch {
  /** Applies the settings now, changed or not. */
  reload(): Promise<void>
  stop(): Promise<void>
}

/** Applies the settings again whenever a manifest or the catalogue file changed; what cannot be loaded is logged and changes nothing. */
export function watchCatalogue({ catalogue, settings, everyMs, log, signal }: WatchOptions): CatalogueWatch {
  let seen: string | undefined
  let busy: Promise<void> = Promise.resolve()
  const apply = async (asked: boolean) => {
    if (signal.aborted) return
    const folders = await listFolders(settings).catch((error: unknown) => formatError(error))
    const now = typeof folders === 'string' ? folders : await fingerprint(folders)
    const changed = now !== seen
    seen = now
    if (!changed && !asked) return
    if (typeof folders === 'string') return log('error', `the catalogue was not read, and what was served before goes on: ${folders}`)
    try {
      const errors = await catalogue.apply(folders, signal)
      for (const [folder, error] of errors)
        log('error', `${folder} was not loaded, and what was served before goes on: ${formatError(error)}`)
    } catch (error) {
      if (!signal.aborted) log('error', `the catalogue was not applied: ${formatError(error)}`)
    }
  }
  const again = (asked: boolean) => {
    busy = busy.then(() => apply(asked))
    return busy
  }
  // What changed since the catalogue was first applied counts too; what did not costs one look at each manifest.
  void again(false)
  const timer = setInterval(() => again(false), everyMs)
  return {
    reload: () => again(true),
    async stop() {
      clearInterval(timer)
      await busy
    },
  }
}

// What can be told without reading the weights: which folders there are, and when each manifest was written.
async function fingerprint(folders: readonly string[]): Promise<string> {
  const times = await Promise.all(
    folders.map(folder =>
      stat(join(folder, 'manifest.json')).then(
        stats => `${folder}:${stats.mtimeMs}:${stats.size}:${stats.ino}`,
        () => `${folder}:none`,
      ),
    ),
  )
  return times.join('\n')
}
