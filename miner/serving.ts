import type { EnginePlugin } from '../shared/engine/engine-plugin.ts'
import type { Engine } from '../shared/engine/engine-port.ts'
import type { LoadedModel } from '../shared/models/load-model.ts'

/** A model with the engine that runs it. */
export interface Serving {
  readonly model: LoadedModel
  readonly engine: Engine
  readonly onReceipt?: EnginePlugin['onReceipt']
  readonly onOpening?: EnginePlugin['onOpening']
  readonly onOffer?: EnginePlugin['onOffer']
}

/** What serves the model of this name; throws MINER_MODEL where nothing does. */
export type FindServing = (name: string) => Serving
