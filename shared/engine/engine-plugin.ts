import type { LoadedModel } from '../models/load-model.ts'
import type { Offer } from '../protocol/offer.ts'
import type { OpeningStatement } from '../protocol/opening.ts'
import type { Receipt } from '../protocol/receipt.ts'
import type { Engine } from './engine-port.ts'

/** Servers that run the models for a miner. */
export interface UpstreamServers {
  readonly urls: readonly string[]
  /** The model's name there; its own unless told. */
  readonly model?: string
  readonly keyFile?: string
}

/** What a miner gives to a plug-in engine (`assay miner start --engine <path>`). */
export interface EngineContext {
  readonly model: LoadedModel
  readonly hotkey: string
  readonly threads: number
  /** Requests that the engine will be given at the same time. */
  readonly concurrency?: number
  /** Bytes that keys and values may take; the engine's own choice unless told. */
  readonly kvLimitBytes?: number
  readonly provider: string
  /** The servers behind this miner, where there are any. */
  readonly upstream?: UpstreamServers
  /** Folder in which the plug-in may keep what it needs. */
  readonly stateFolder: string
}

/** What a plug-in module exports: `createEngine`, and hooks that a test of the checks may use. */
export interface EnginePlugin {
  createEngine(context: EngineContext): Promise<Engine>
  /** May change a receipt before it is signed. */
  onReceipt?(receipt: Receipt): Receipt
  /** May change an offer before it is signed. */
  onOffer?(offer: Offer): Offer
  /** May change an opening before it is signed; null refuses it. */
  onOpening?(statement: OpeningStatement): OpeningStatement | null
}
