import type { LoadedModel } from '../models/load-model.ts'
import type { Receipt } from '../protocol/receipt.ts'
import type { Engine } from './engine-port.ts'

/** What a miner gives to a plug-in engine (`assay miner start --engine <path>`). */
export interface EngineContext {
  readonly model: LoadedModel
  readonly hotkey: string
  readonly threads: number
  readonly provider: string
  /** Folder in which the plug-in may keep what it needs. */
  readonly stateFolder: string
}

/** What a plug-in module exports: `createEngine`, and hooks that a test of the checks may use. */
export interface EnginePlugin {
  createEngine(context: EngineContext): Promise<Engine>
  /** May change a receipt before it is signed. */
  onReceipt?(receipt: Receipt): Receipt
}
