import type { AssayError } from '../errors/assay-error.ts'
import type { Coldkey, Hotkey } from '../identity/ss58.ts'
import type { BeaconTimes } from '../timelock/beacon-times.ts'
import type { NeuronCertificate } from './neuron-certificate.ts'

/** One block as heads report it. `hash` is 0x and 64 hex digits. */
export interface BlockHead {
  readonly number: number
  readonly hash: string
}

/** What is served at an axon: an IPv4 or IPv6 address in text form and a TCP port. */
export interface AxonAddress {
  readonly host: string
  readonly port: number
  /** It speaks TLS alone, with the key that the hotkey has committed to. */
  readonly tls?: true
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
  /** Blocks within which the call must be in a block, a power of two of 4 or more; 128 unless given. After them it can do nothing any more. */
  readonly eraBlocks?: number
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

/** What decides when a subnet's epochs run and its commits are revealed, all read at one block. */
export interface EpochState {
  readonly block: number
  /** Blocks from one epoch to the next: the hyperparameter, or one more on a runtime that runs epochs by counting blocks. */
  readonly tempo: number
  readonly lastEpochBlock: number
  /** Block of a triggered or deferred epoch, 0 where there is none. */
  readonly pendingEpochAt: number
  readonly subnetEpochIndex: number
  readonly blocksSinceLastStep: number
  /** The version that a timelocked commit must name; null where the runtime has no such commits. */
  readonly commitRevealVersion: number | null
  readonly revealPeriodEpochs: number
  /** Blocks before an epoch in which the owner can change nothing; null where the runtime has no such window. */
  readonly adminFreezeWindow: number | null
}

/** The beacon that timelocked commits are encrypted to. */
export interface Beacon extends BeaconTimes {
  /** A compressed point of G2, 96 bytes. */
  readonly publicKey: Uint8Array
  /** The newest round whose pulse the chain has stored. */
  readonly lastStoredRound: bigint
  /** The chain's own clock at the head, Unix milliseconds. */
  readonly nowMs: number
}

/** An encrypted vector: the chain itself opens it with the pulse of its round. */
export interface TimelockedCommit {
  readonly netuid: number
  readonly commit: Uint8Array
  readonly revealRound: bigint
  readonly version: number
}

/** A vector with the salt of its hash commit. */
export interface WeightsReveal extends WeightsVector {
  readonly salt: readonly number[]
}

/** The commits of one hotkey that the chain still holds. `hash` and `commit` are 0x hex. */
export interface WeightCommits {
  readonly hashes: ReadonlyArray<{ readonly hash: string; readonly epoch: number; readonly block: number }>
  readonly timelocked: ReadonlyArray<{
    readonly commit: string
    readonly epoch: number
    readonly block: number
    readonly revealRound: bigint
  }>
}

/** What a hotkey has published about itself on a subnet; a new one replaces it. */
export interface Commitment {
  /** The block that holds it. */
  readonly block: number
  /** Three at most; null where a field is not plain bytes. */
  readonly fields: ReadonlyArray<Uint8Array | null>
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
  /** Commits to a TLS key, and serves an axon with it; without an address the neuron serves none. */
  submitServeAxonTls(
    hotkey: Signer,
    netuid: number,
    address: AxonAddress | null,
    certificate: NeuronCertificate,
    options: SubmitOptions,
  ): Promise<SubmitOutcome>
  /** The TLS keys that hotkeys have committed to; hotkeys without one are left out. */
  readCertificates(
    netuid: number,
    hotkeys: readonly string[],
    at?: string,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, NeuronCertificate>>
  submitAddStake(coldkey: Signer, netuid: number, hotkey: string, amountRao: bigint, options: SubmitOptions): Promise<SubmitOutcome>
  submitWeights(hotkey: Signer, weights: WeightsVector, options: SubmitOptions): Promise<SubmitOutcome>
  submitRegisterNetwork(coldkey: Signer, hotkey: string, options: SubmitOptions): Promise<SubmitOutcome>
  submitStartCall(coldkey: Signer, netuid: number, options: SubmitOptions): Promise<SubmitOutcome>
  submitTransfer(coldkey: Signer, to: string, amountRao: bigint, options: SubmitOptions): Promise<SubmitOutcome>

  /** As the runtime stores it or, where it stores none, as it counts epochs by blocks. */
  readEpochState(netuid: number, at?: string, signal?: AbortSignal): Promise<EpochState>
  /** Throws CHAIN_UNSUPPORTED where the runtime has no Drand pallet. */
  readBeacon(signal?: AbortSignal): Promise<Beacon>
  /** A hotkey's commits on a subnet that were neither revealed nor dropped. */
  readCommits(netuid: number, hotkey: string, at?: string, signal?: AbortSignal): Promise<WeightCommits>
  submitTimelockedCommit(hotkey: Signer, commit: TimelockedCommit, options: SubmitOptions): Promise<SubmitOutcome>
  /** `hash` is 0x hex of 32 bytes. */
  submitCommit(hotkey: Signer, netuid: number, hash: string, options: SubmitOptions): Promise<SubmitOutcome>
  submitReveal(hotkey: Signer, reveal: WeightsReveal, options: SubmitOptions): Promise<SubmitOutcome>

  /** null where the hotkey has none. Throws CHAIN_UNSUPPORTED where the runtime has no Commitments pallet. */
  readCommitment(netuid: number, hotkey: string, at?: string, signal?: AbortSignal): Promise<Commitment | null>
  /** Publishes up to three fields of 128 bytes at most in place of the last ones. */
  submitCommitment(hotkey: Signer, netuid: number, fields: readonly Uint8Array[], options: SubmitOptions): Promise<SubmitOutcome>

  close(): Promise<void>
}

export interface ConnectOptions {
  /** A network's name, a ws:// or wss:// address, or several of them for one chain: the first that answers is used, the others stand by. */
  readonly endpoint: string | readonly string[]
  /** Refuse a chain with another genesis. */
  readonly expectedGenesisHash?: string
  /** Deadline of each call; a submission has it once per step. */
  readonly timeoutMs?: number
  /** An endpoint that reports no higher head for so long is left; three block times, at least 10 s, unless given. */
  readonly stallMs?: number
  /** How often one of the endpoints that stand by is asked whether it calls the same blocks final; a minute unless given. */
  readonly compareMs?: number
  /** Hears why an endpoint was left: lost, stalled, behind, forked, of another chain; and where one that stands by contradicts it. */
  readonly onTrouble?: (error: AssayError) => void
  /** Told once, after so long without a connection (3 s unless given), where it is tried and what came of it so far. */
  readonly onSlow?: (text: string) => void
  readonly slowMs?: number
  readonly signal?: AbortSignal
}
