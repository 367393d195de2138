import type { Manifest } from '../manifest.ts'
import { createStoreReader } from '../store/create-store-reader.ts'
import type { StoredModel } from '../store/model-store.ts'
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
  const reader = createStoreReader(store)
  const partials = new Map<string, ServedModel>()
  const serve = ({ manifestDigest, manifest, folder }: StoredModel): ServedModel => ({
    ...{ manifestDigest, manifest },
    folder: () => folder,
    holds: () => true,
  })
  return {
    async find(manifestDigest) {
      const stored = await reader.find(manifestDigest)
      return stored === null ? (partials.get(manifestDigest) ?? null) : serve(stored)
    },
    async list() {
      const complete = (await reader.list()).map(serve)
      return [...complete, ...[...partials.values()].filter(one => !complete.some(other => other.manifestDigest === one.manifestDigest))]
    },
    addPartial(manifestDigest, manifest, partial) {
      partials.set(manifestDigest, { manifestDigest, manifest, folder: partial.folder, holds: partial.holds })
    },
  }
}
