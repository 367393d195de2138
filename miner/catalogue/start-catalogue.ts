import { AssayError } from '../../shared/errors/assay-error.ts'
import { formatError } from '../../shared/errors/format-error.ts'
import type { MinerModules } from '../modules.ts'
import type { MinerSettings } from '../options.ts'
import { openServingEngine } from '../scheduling/open-engine.ts'
import type { Serving } from '../serving.ts'
import { type Catalogue, openCatalogue } from './open-catalogue.ts'
import { listFolders, watchCatalogue } from './watch-catalogue.ts'

export interface StartOptions {
  readonly settings: MinerSettings
  readonly modules: Pick<MinerModules, 'loadModel' | 'openEngine' | 'monotonicMs'>
  readonly hotkey: string
  readonly stateFolder: string
  readonly log: Record<'info' | 'warn' | 'error', (text: string) => void>
  readonly signal: AbortSignal
}

export interface StartedCatalogue extends Pick<Catalogue, 'find' | 'list' | 'capacity'> {
  /** The model of the main folder, as it is served now. */
  main(): Serving
  /** Reads all folders again, as SIGHUP asks for; what cannot be loaded is logged and changes nothing. */
  reload(): Promise<void>
  close(): Promise<void>
}

/** How often manifests are looked at. */
const watchMs = 5_000

/** Loads and warms the models of a miner's settings and keeps them as their folders are; throws what the main model's loading throws, a further one that cannot be loaded is logged and left out. */
export async function startCatalogue({ settings, modules, hotkey, stateFolder, log, signal }: StartOptions): Promise<StartedCatalogue> {
  const say = (level: 'info' | 'error', text: string) => log[level](text)
  const { threads, provider, upstreamUrls, upstreamModel, upstreamKeyFile } = settings
  const servers = { ...(upstreamModel && { model: upstreamModel }), ...(upstreamKeyFile && { keyFile: upstreamKeyFile }) }
  const upstream = upstreamUrls === undefined ? {} : { upstream: { urls: upstreamUrls, ...servers } }
  const catalogue = openCatalogue({
    loadModel: modules.loadModel,
    openEngine: model =>
      openServingEngine(modules, {
        ...settings,
        ...{ context: { model, hotkey, threads, provider, stateFolder, ...upstream }, warn: text => log.warn(text), signal },
      }),
    memoryBytes: settings.modelMemory,
    monotonicMs: modules.monotonicMs,
    log: say,
  })
  try {
    const folders = await listFolders(settings)
    const errors = await catalogue.apply(folders, signal)
    const [mainFolder = ''] = folders
    if (errors.has(mainFolder)) throw errors.get(mainFolder)
    for (const [folder, error] of errors) log.error(`${folder} is not served: ${formatError(error)}`)
    const watch = watchCatalogue({ catalogue, settings, everyMs: watchMs, log: say, signal })
    return {
      find: catalogue.find,
      list: catalogue.list,
      capacity: catalogue.capacity,
      main() {
        const [row] = catalogue.list()
        if (row === undefined) throw new AssayError('ENGINE_CLOSED', { model: mainFolder })
        return catalogue.find(row.model.manifest.name)
      },
      reload: watch.reload,
      async close() {
        await watch.stop()
        await catalogue.close()
      },
    }
  } catch (error) {
    await catalogue.close()
    throw error
  }
}
