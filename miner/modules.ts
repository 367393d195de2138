import type { ConnectOptions, Signer } from '../shared/chain/chain-port.ts'
import type { EngineContext, EnginePlugin } from '../shared/engine/engine-plugin.ts'
import type { Engine } from '../shared/engine/engine-port.ts'
import type { KeyPair } from '../shared/identity/key-pair.ts'
import type { LoadedModel } from '../shared/models/load-model.ts'
import type { MinerChain } from './chain/miner-chain.ts'
import type { MinerSettings } from './options.ts'

/** An engine and, from a plug-in, its hooks. */
export interface OpenedEngine {
  readonly engine: Engine
  readonly onReceipt?: EnginePlugin['onReceipt']
  readonly onOpening?: EnginePlugin['onOpening']
  readonly onOffer?: EnginePlugin['onOffer']
}

/** Everything outside of the process that a miner uses; tests replace it. */
export interface MinerModules {
  connectChain(options: ConnectOptions): Promise<MinerChain>
  loadModel(folder: string): Promise<LoadedModel>
  /** Opens `onnx` or the plug-in at a path; `warn` gets what an operator must see. */
  openEngine(engine: string, context: EngineContext, warn: (text: string) => void): Promise<OpenedEngine>
  readHotkey(settings: MinerSettings): Promise<KeyPair>
  readColdkey(settings: MinerSettings): Promise<Signer>
  /** Milliseconds since 1970, and on a clock that only goes forward. */
  nowMs(): number
  monotonicMs(): number
}
