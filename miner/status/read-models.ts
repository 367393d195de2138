import type { EngineLoad } from '../../shared/engine/engine-port.ts'
import type { Catalogue } from '../catalogue/open-catalogue.ts'
import type { MinerStatus } from './miner-status.ts'

type Models = Pick<Catalogue, 'find' | 'list'>

/** What a status tells of every model. */
export function modelRows({ find, list }: Models): MinerStatus['models'] {
  return list().map(({ model, loaded, running }) => {
    const { name } = model.manifest
    return { name, manifestDigest: model.manifestDigest, provider: find(name).engine.provider, loaded, running }
  })
}

/** Memory for keys and values in all engines that tell of it, together. */
export function kvLoad({ find, list }: Models): Pick<EngineLoad, 'kvBytes' | 'kvLimitBytes'> {
  let kvBytes = 0
  let kvLimitBytes = 0
  for (const { model, loaded } of list()) {
    const load = loaded ? find(model.manifest.name).engine.load?.() : undefined
    kvBytes += load?.kvBytes ?? 0
    kvLimitBytes += load?.kvLimitBytes ?? 0
  }
  return { kvBytes, kvLimitBytes }
}
