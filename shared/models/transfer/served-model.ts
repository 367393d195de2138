import type { Manifest } from '../manifest.ts'
import { listStore, readStored } from '../store/model-store.ts'
import type { PartialModel } from './open-partial.ts'

/** A model as a relay gives it away: whole, or as far as it is here. */
export interface ServedModel {
  readonly manifestDigest: string
  readonly manifest: Manifest
  folder(): string
  /** Whether these bytes of a file are here and verified. */
  holds(path: string, from: number, to: number): boolean
}

/** What a relay serves. */
export interface ServedModels {
  find(manifestDigest: string): Promise<ServedModel | null>
  list(): Promise<readonly ServedModel[]>
  /** Serves a model that is still being fetched. */
  addPartial(manifestDigest: string, manifest: Manifest, partial: PartialModel): void
}

/** Everything in a store, looked up when it is asked for, and models on their way into it. */
export function serveStore(store: string): ServedModels {
  const partials = new Map<string, ServedModel>()
  const whole = new Map<string, ServedModel>()
  return {
    async find(manifestDigest) {
      const known = whole.get(manifestDigest) ?? partials.get(manifestDigest)
      if (known !== undefined) return known
      const stored = await readStored(store, manifestDigest)
      if (stored === null) return null
      const served: ServedModel = { manifestDigest, manifest: stored.manifest, folder: () => stored.folder, holds: () => true }
      whole.set(manifestDigest, served)
      return served
    },
    async list() {
      const stored = await listStore(store)
      const complete = stored.map(({ manifestDigest, manifest, folder }) => ({
        manifestDigest,
        manifest,
        folder: () => folder,
        holds: () => true,
      }))
      return [...complete, ...[...partials.values()].filter(one => !complete.some(other => other.manifestDigest === one.manifestDigest))]
    },
    addPartial(manifestDigest, manifest, partial) {
      partials.set(manifestDigest, { manifestDigest, manifest, folder: partial.folder, holds: partial.holds })
    },
  }
}
