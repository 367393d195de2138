import type { Coldkey, Hotkey } from '../identity/ss58.ts'

/** One block as heads report it. `hash` is 0x and 64 hex digits. */
export interface BlockHead {
  readonly number: number
  readonly hash: string
}

/** What is served at an axon: an IPv4 or IPv6 address in text form and a TCP port. */
export interface AxonAddress {
  readonly host: string
  readonly port: number
}

/** One registered neuron as the metagraph shows it. u16 shares are 0..65535; amounts are in rao (1e-9). */
export interface Neuron {
  readonly uid: number
  readonly hotkey: Hotkey
  readonly coldkey: Coldkey
  readonly registeredAtBlock: number
  /** null where the neuron never served an axon. */
  readonly axon: AxonAddress | null
  readonly active: boolean
  readonly validatorPermit: boolean
  readonly lastUpdateBlock: number
  readonly incentive: number
  readonly dividends: number
  readonly consensus: number
  /** Alpha of the last epoch, in alpha rao. */
  readonly emissionRao: bigint
  readonly alphaStakeRao: bigint
  readonly taoStakeRao: bigint
  /** Stake weight that consensus uses. */
  readonly totalStakeRao: bigint
}

export interface Metagraph {
  readonly netuid: number
  readonly block: number
  readonly blockHash: string
  readonly tempo: number
  readonly ownerHotkey: Hotkey
  readonly ownerColdkey: Coldkey
  readonly registrationCostRao: bigint
  /** In uid order: `neurons[uid].uid === uid`. */
  readonly neurons: readonly Neuron[]
}

/** The hyperparameters that the programs read; the rest stays in `all` under the chain's own names. */
export interface Hyperparameters {
  readonly tempo: number
  readonly immunityPeriod: number
  readonly minAllowedWeights: number
  readonly maxWeightsLimit: number
  readonly weightsVersion: bigint
  readonly weightsRateLimit: number
  readonly activityCutoff: number
  readonly maxValidators: number
  readonly commitRevealEnabled: boolean
  readonly commitRevealPeriod: number
  readonly liquidAlphaEnabled: boolean
  readonly servingRateLimit: number
  readonly registrationAllowed: boolean
  readonly all: Readonly<Record<string, boolean | number | bigint>>
}

/** What became of a signed call; a refusal is a value, so that callers decide. `error` is the chain's own name, e.g. SettingWeightsTooFast. */
export type SubmitOutcome =
  | {
      readonly status: 'finalised' | 'included'
      readonly block: BlockHead
      readonly extrinsicHash: string
      readonly events: readonly ChainEvent[]
    }
  | { readonly status: 'failed'; readonly block: BlockHead; readonly extrinsicHash: string; readonly error: string; readonly docs: string }
  | { readonly status: 'refused'; readonly error: string; readonly docs: string }

export interface ChainEvent {
  /** e.g. SubtensorModule.WeightsSet */
  readonly name: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** How long a submission is followed: until a block holds it, or until that block is final. */
export interface SubmitOptions {
  readonly until: 'included' | 'finalised'
  readonly signal?: AbortSignal
}

export interface Signer {
  readonly hotkey: string
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

export interface WeightsVector {
  readonly netuid: number
  readonly uids: readonly number[]
  /** u16 each. */
  readonly values: readonly number[]
  readonly versionKey: bigint
}

/** What programs need of a chain; reads are at the best head unless a block hash is given. Every call has a deadline. */
export interface ChainPort {
  readonly genesisHash: string
  readonly specName: string
  readonly specVersion: number
  readonly blockTimeMs: number

  readHead(signal?: AbortSignal): Promise<BlockHead>
  readFinalisedHead(signal?: AbortSignal): Promise<BlockHead>
  /** The hash of the block at a height on the best chain; null where it does not exist yet. */
  readBlockHash(number: number, signal?: AbortSignal): Promise<string | null>
  readMetagraph(netuid: number, at?: string, signal?: AbortSignal): Promise<Metagraph>
  readHyperparameters(netuid: number, at?: string, signal?: AbortSignal): Promise<Hyperparameters>
  /** The weights that the chain stores for a uid, as [uid, u16] pairs. */
  readWeights(netuid: number, uid: number, at?: string, signal?: AbortSignal): Promise<ReadonlyArray<readonly [number, number]>>
  readNextEpochBlock(netuid: number, at?: string, signal?: AbortSignal): Promise<number | null>
  /** Free balance in rao. */
  readBalance(address: string, signal?: AbortSignal): Promise<bigint>

  /** Calls back on every new best or finalised head until the returned function is called. */
  watchHeads(kind: 'best' | 'finalised', onHead: (head: BlockHead) => void): () => void

  submitBurnedRegister(coldkey: Signer, netuid: number, hotkey: string, options: SubmitOptions): Promise<SubmitOutcome>
  submitServeAxon(hotkey: Signer, netuid: number, address: AxonAddress, options: SubmitOptions): Promise<SubmitOutcome>
  submitAddStake(coldkey: Signer, netuid: number, hotkey: string, amountRao: bigint, options: SubmitOptions): Promise<SubmitOutcome>
  submitWeights(hotkey: Signer, weights: WeightsVector, options: SubmitOptions): Promise<SubmitOutcome>
  submitRegisterNetwork(coldkey: Signer, hotkey: string, options: SubmitOptions): Promise<SubmitOutcome>
  submitStartCall(coldkey: Signer, netuid: number, options: SubmitOptions): Promise<SubmitOutcome>
  submitTransfer(coldkey: Signer, to: string, amountRao: bigint, options: SubmitOptions): Promise<SubmitOutcome>

  close(): Promise<void>
}

export interface ConnectOptions {
  readonly endpoint: string
  /** Refuse a chain with another genesis. */
  readonly expectedGenesisHash?: string
  /** Deadline of each call; a submission has it once per step. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}
