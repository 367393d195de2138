import type { Engine } from '../../shared/engine/engine-port.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'
import type { ServingEngine } from '../scheduling/open-engine.ts'
import type { Serving } from '../serving.ts'
import type { EngineRoom, Tenant } from './create-engine-room.ts'

/** One model of the catalogue: known for good, its engine loaded when it is needed. */
export interface ShelvedModel {
  readonly folder: string
  readonly serving: Serving
  readonly tenant: Tenant
  /** Tokens per second when it was last loaded. */
  capacity(): number
}

export interface ShelfOptions {
  readonly folder: string
  readonly model: LoadedModel
  readonly bytes: number
  readonly room: EngineRoom
  /** Reads and verifies the folder again: files may have rotted since the engine was last open. */
  readonly reload: () => Promise<LoadedModel>
  readonly openEngine: (model: LoadedModel) => Promise<ServingEngine>
  readonly signal: AbortSignal
}

/** Opens a model's engine once, so that it is proven and warm, and gives a serving whose engine comes back whenever it is called. Throws what opening throws. */
export async function shelveModel(options: ShelfOptions): Promise<ShelvedModel> {
  const { folder, model, bytes, room, signal } = options
  let current: ServingEngine | undefined
  let first = true
  let capacity = 0
  const tenant: Tenant = {
    name: model.manifest.name,
    bytes,
    async load() {
      const fresh = first ? model : await options.reload()
      // The folder may hold another model by now; the catalogue is what changes to it, never a request.
      if (fresh.manifestDigest !== model.manifestDigest) throw new AssayError('ENGINE_CLOSED', { model: model.manifest.name })
      first = false
      current = await options.openEngine(fresh)
    },
    async unload() {
      capacity = current?.capacity() ?? capacity
      const closing = current
      current = undefined
      await closing?.engine.close()
    },
  }
  const use = async <T>(asked: AbortSignal, work: (engine: Engine) => Promise<T>): Promise<T> => {
    const leave = await room.enter(tenant, asked)
    try {
      if (current === undefined) throw new AssayError('ENGINE_CLOSED', { model: model.manifest.name })
      return await work(current.engine)
    } finally {
      leave()
    }
  }
  const engine = await use(signal, async opened => facade(opened, use, () => current?.engine)).catch(async error => {
    await room.evict(tenant)
    throw error
  })
  return {
    folder,
    tenant,
    capacity: () => current?.capacity() ?? capacity,
    serving: {
      model,
      engine,
      onReceipt: receipt => current?.onReceipt?.(receipt) ?? receipt,
      onOffer: offer => current?.onOffer?.(offer) ?? offer,
      onOpening: statement => (current?.onOpening === undefined ? statement : current.onOpening(statement)),
    },
  }
}

type Use = <T>(signal: AbortSignal, work: (engine: Engine) => Promise<T>) => Promise<T>

// What the engine can do is known once it was open, and every later one of the same model can do the same.
function facade(opened: Engine, use: Use, current: () => Engine | undefined): Engine {
  const { manifestDigest, provider, greedyOnly, hiddenSize } = opened
  const gone = (model = manifestDigest) => new AssayError('ENGINE_CLOSED', { model })
  return {
    manifestDigest,
    provider,
    ...(greedyOnly !== undefined && { greedyOnly }),
    ...(hiddenSize !== undefined && { hiddenSize }),
    generate: (request, signal, onTokens) => use(signal, engine => engine.generate(request, signal, onTokens)),
    score: (request, signal) => use(signal, engine => engine.score(request, signal)),
    ...(opened.topLogits && {
      topLogits: (request, signal) =>
        use(signal, async engine => {
          if (engine.topLogits === undefined) throw gone()
          return await engine.topLogits(request, signal)
        }),
    }),
    ...(opened.embed && {
      embed: (tokenIds, signal) =>
        use(signal, async engine => {
          if (engine.embed === undefined) throw gone()
          return await engine.embed(tokenIds, signal)
        }),
    }),
    ...(opened.load && { load: () => current()?.load?.() ?? { running: 0, waiting: 0, kvBytes: 0, kvLimitBytes: 0 } }),
    close: async () => {},
  }
}
