import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AxonAddress, Metagraph } from '../shared/chain/chain-port.ts'
import { AssayError } from '../shared/errors/assay-error.ts'
import { waitForCrypto } from '../shared/identity/crypto-ready.ts'
import type { KeyPair } from '../shared/identity/key-pair.ts'
import { decodeSs58 } from '../shared/identity/ss58.ts'
import type { LoadedModel } from '../shared/models/load-model.ts'
import { createLogger, type Logger } from '../shared/observe/create-logger.ts'
import { openDatabase } from '../shared/storage/open-database.ts'
import { createAttemptBuckets } from './admission/attempt-buckets.ts'
import { buildCallers, type Callers } from './admission/callers.ts'
import { createGate } from './admission/gate.ts'
import { createTokenBudget } from './admission/token-budget.ts'
import { openUsedIds, usedIdsMigrations } from './admission/used-ids.ts'
import { answerAsk } from './answer-ask.ts'
import { announceAxon } from './chain/announce-axon.ts'
import { followMetagraph } from './chain/follow-metagraph.ts'
import { hasHotkey, joinSubnet } from './chain/join-subnet.ts'
import type { MinerChain } from './chain/miner-chain.ts'
import { externalAddress } from './external-address.ts'
import { buildServer } from './http/build-server.ts'
import { listen } from './http/listen.ts'
import { createMinerMetrics } from './metrics.ts'
import type { MinerModules } from './modules.ts'
import { dataFolderOf, type MinerSettings } from './options.ts'
import { ledgerMigrations, openLedger } from './receipts/open-ledger.ts'
import { openEngine } from './scheduling/open-engine.ts'
import { createRequestQueue } from './scheduling/request-queue.ts'

export interface RunningMiner {
  /** Where it listens, e.g. http://127.0.0.2:8091 */
  readonly url: string
  readonly hotkey: string
  /** What is on chain as its address. */
  readonly axon: AxonAddress
  /** Ends what runs within a few seconds and closes everything in reverse order; may be called twice. */
  stop(): Promise<void>
}

export interface StartOptions {
  /** Replacements for what is outside of the process. */
  readonly modules?: Partial<MinerModules>
  /** Gives up starting when it aborts. */
  readonly signal?: AbortSignal
}
