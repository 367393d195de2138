import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError, isAssayError } from '../../errors/assay-error.ts'
import { digestJson } from '../../protocol/digest-json.ts'
import { loadManifest } from '../load-model.ts'
import type { Manifest } from '../manifest.ts'

/** A model in a store: a folder named by the digest of its manifest. */
export interface StoredModel {
  readonly manifestDigest: string
  readonly folder: string
  readonly manifest: Manifest
}

/** Where models lie unless told otherwise; below the home folder. */
export const defaultStore = '~/.assay/models'

/** A manifest's digest: 64 hex digits. */
export const digestPattern = /^[0-9a-f]{64}$/

/** The folder of a model in a store, whether it is there or not. */
export function folderOf(store: string, manifestDigest: string): string {
  return join(store, manifestDigest)
}

/** Reads one model of a store; null where it is not there. Throws MODEL_FILE_DIGEST where its manifest is not the one that its folder names. */
export async function readStored(store: string, manifestDigest: string): Promise<StoredModel | null> {
  if (!digestPattern.test(manifestDigest)) return null
  const folder = folderOf(store, manifestDigest)
  let manifest: Manifest
  try {
    manifest = await loadManifest(folder)
  } catch (error) {
    if (isAssayError(error, 'MODEL_FILE_MISSING')) return null
    throw error
  }
  const found = digestJson(manifest)
  if (found !== manifestDigest)
    throw new AssayError('MODEL_FILE_DIGEST', { file: join(folder, 'manifest.json'), found, expected: manifestDigest })
  return { manifestDigest, folder, manifest }
}

/** Every model of a store, by name; a store that does not exist yet is empty. What cannot be read goes to `onBroken`. */
export async function listStore(store: string, onBroken: (error: unknown) => void = () => {}): Promise<StoredModel[]> {
  const names = await readdir(store).catch(() => [])
  const models: StoredModel[] = []
  for (const name of names.filter(name => digestPattern.test(name)).sort()) {
    try {
      const stored = await readStored(store, name)
      if (stored !== null) models.push(stored)
    } catch (error) {
      onBroken(error)
    }
  }
  return models.sort(byName)
}

/** Orders models by their names. */
export function byName({ manifest: { name: a } }: StoredModel, { manifest: { name: b } }: StoredModel): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The model that a person means: its digest, the first eight or more digits of it, or its name where that is unique; throws MODEL_UNKNOWN. */
export async function findStored(store: string, model: string): Promise<StoredModel> {
  const all = await listStore(store)
  const byDigest = /^[0-9a-f]{8,64}$/.test(model) ? all.filter(one => one.manifestDigest.startsWith(model)) : []
  const found = byDigest.length > 0 ? byDigest : all.filter(one => one.manifest.name === model)
  const [first] = found
  if (first === undefined) throw new AssayError('MODEL_UNKNOWN', { store, model })
  if (found.length > 1)
    throw new AssayError('MODEL_UNKNOWN', { store, model: `${model} alone (${found.length} have this name; give a digest)` })
  return first
}
