import { AssayError } from '../../shared/errors/assay-error.ts'
import { totalBytes } from '../../shared/models/list-shards.ts'
import { type LoadedModel, loadManifest } from '../../shared/models/load-model.ts'
import { digestJson } from '../../shared/protocol/digest-json.ts'
import type { ServingEngine } from '../scheduling/open-engine.ts'
import type { FindServing, Serving } from '../serving.ts'
import { createEngineRoom } from './create-engine-room.ts'
import { type ShelvedModel, shelveModel } from './shelved-model.ts'

export interface CatalogueOptions {
  readonly loadModel: (folder: string) => Promise<LoadedModel>
  readonly openEngine: (model: LoadedModel) => Promise<ServingEngine>
  /** Bytes for all engines together; 0 sets no limit. */
  readonly memoryBytes: number
  readonly monotonicMs: () => number
  readonly log: (level: 'info' | 'error', text: string) => void
  /** How long requests that know a replaced model may still begin; longer than they wait in a queue. */
  readonly retireMs?: number
  readonly residenceMs?: number
}

/** A model as the catalogue has it now. */
export interface CatalogueRow {
  readonly model: LoadedModel
  readonly folder: string
  readonly loaded: boolean
  /** Calls to its engine that run now. */
  readonly running: number
}

/** A model that stays as it is until it is released. */
export interface Lease extends Serving {
  release(): void
}

export interface Catalogue {
  /** The model of this name; its engine is loaded when it is called. Throws MINER_MODEL. */
  readonly find: FindServing
  /** As `find`, with the engine loaded now and kept loaded until the lease is released. */
  lookup(name: string, signal: AbortSignal): Promise<Lease>
  /** Every model, the first folder's first. */
  list(): readonly CatalogueRow[]
  /**
   * Makes these folders the catalogue: what is new is verified, loaded and warmed before it takes a name over, what is gone ends after its last request.
   * A folder that cannot be loaded keeps its old model at work; the errors come back, by folder.
   */
  apply(folders: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, unknown>>
  /** Tokens per second: the mean over the models, since a budget does not know which one it will be spent on. */
  capacity(): number
  close(): Promise<void>
}

// Weights as the runtime holds them, once in the file's form and once laid out for its kernels, as measured with fp32 graphs.
const memoryPerByte = 2
const defaultRetireMs = 60_000
const defaultResidenceMs = 5_000

/** An empty catalogue; `apply` fills it. */
export function openCatalogue(options: CatalogueOptions): Catalogue {
  const { log, monotonicMs, memoryBytes } = options
  const room = createEngineRoom({ memoryBytes, residenceMs: options.residenceMs ?? defaultResidenceMs, monotonicMs })
  const shelf = new Map<string, ShelvedModel>()
  const retiring = new Set<Promise<void>>()
  const closing = new AbortController()
  let applying: Promise<unknown> = Promise.resolve()

  const retire = (old: ShelvedModel) => {
    const ending = wait(options.retireMs ?? defaultRetireMs, closing.signal).then(() => room.evict(old.tenant))
    retiring.add(ending)
    void ending.finally(() => retiring.delete(ending))
  }
  const known = (name: string): ShelvedModel => {
    const found = shelf.get(name)
    if (found === undefined) throw new AssayError('MINER_MODEL', { model: [...shelf.keys()].join(', ') })
    return found
  }
  const shelve = async (folder: string, signal: AbortSignal) => {
    const before = [...shelf.values()].find(one => one.folder === folder)
    if (before !== undefined && digestJson(await loadManifest(folder)) === before.serving.model.manifestDigest) return
    const model = await options.loadModel(folder)
    const { name } = model.manifest
    const holder = shelf.get(name)
    if (holder !== undefined && holder.folder !== folder)
      throw new AssayError('MINER_MODEL_TWICE', { model: name, folder, other: holder.folder })
    const fresh = await shelveModel({
      ...{ folder, model, room, signal },
      bytes: memoryPerByte * totalBytes(model.manifest),
      reload: () => options.loadModel(folder),
      openEngine: options.openEngine,
    })
    if (closing.signal.aborted) return await room.evict(fresh.tenant)
    shelf.set(name, fresh)
    if (before === undefined) return log('info', `serving ${name} (${model.manifestDigest.slice(0, 8)}) from ${folder}`)
    if (before.serving.model.manifest.name !== name) shelf.delete(before.serving.model.manifest.name)
    retire(before)
    log('info', `${name} is now ${model.manifestDigest.slice(0, 8)}; the one before ends after its last request`)
  }
  const applyNow = async (folders: readonly string[], signal: AbortSignal) => {
    const errors = new Map<string, unknown>()
    for (const [name, old] of shelf) {
      if (folders.includes(old.folder)) continue
      shelf.delete(name)
      retire(old)
      log('info', `${name} is no longer served`)
    }
    for (const folder of new Set(folders)) {
      try {
        await shelve(folder, signal)
      } catch (error) {
        signal.throwIfAborted()
        errors.set(folder, error)
      }
    }
    // In the order of the folders, so that the first stays the one that is told first.
    const inOrder = [...shelf].sort(([, a], [, b]) => folders.indexOf(a.folder) - folders.indexOf(b.folder))
    shelf.clear()
    for (const [name, one] of inOrder) shelf.set(name, one)
    return errors
  }
  return {
    find: name => known(name).serving,
    async lookup(name, signal) {
      const { serving, tenant } = known(name)
      const release = await room.enter(tenant, signal)
      return { ...serving, release }
    },
    list: () =>
      [...shelf.values()].map(({ folder, serving, tenant }) => ({
        ...{ model: serving.model, folder, loaded: room.loaded(tenant), running: room.users(tenant) },
      })),
    apply(folders, signal) {
      const result = applying.then(() => applyNow(folders, signal))
      applying = result.catch(() => {})
      return result
    },
    capacity() {
      const rates = [...shelf.values()].map(one => one.capacity())
      return rates.length === 0 ? 0 : rates.reduce((sum, rate) => sum + rate, 0) / rates.length
    },
    async close() {
      closing.abort()
      await applying
      await Promise.all([...retiring, ...[...shelf.values()].map(one => room.evict(one.tenant))])
      shelf.clear()
    },
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish, { once: true })
  })
}
