import { bls12_381 } from '@noble/curves/bls12-381'
import type { BlockClock } from '../../shared/chain/block-clock.ts'
import type {
  BlockHead,
  ChainPort,
  EpochState,
  Hyperparameters,
  Metagraph,
  Neuron,
  Signer,
  SubmitOutcome,
  WeightsReveal,
  WeightsVector,
} from '../../shared/chain/chain-port.ts'
import { maxUpscale } from '../../shared/consensus/max-upscale.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { parseColdkey, parseHotkey } from '../../shared/identity/ss58.ts'

const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'

/** A chain in memory whose blocks come when a test says so; what it holds may be changed between reads. */
export interface FakeChain extends ChainPort {
  neurons: Neuron[]
  hyperparameters: Hyperparameters
  /** Every vector that was submitted, in order. */
  readonly submitted: WeightsVector[]
  /** Names of the errors that the next submissions meet, in order; then they are included. */
  readonly refusals: string[]
  /** What becomes of the next calls that are not refused: as usual, never in any block and nobody says so, or in a block and nobody says so. */
  readonly fates: Array<'included' | 'dropped' | 'unheard'>
  /** Everything that hotkeys did, at the block that holds it; entries may be added and, as by a re-org, taken away. */
  acts: Act[]
  /** Timelocked commits are opened in this block and after; null leaves them closed. */
  opensAt: number | null
  /** What the next reads of the metagraph reject with, in order. */
  readonly faults: Error[]
  /** The clock that follows it: finality lags by two blocks. */
  readonly clock: BlockClock
  /** Makes blocks and calls back for each. */
  advance(blocks?: number): void
  /** Makes blocks of which only the last is heard of, as after a lost connection. */
  leap(blocks: number): void
}

export interface Act {
  readonly block: number
  readonly hotkey: string
  readonly weights?: WeightsVector
  readonly hash?: string
  readonly timelocked?: { readonly commit: string; readonly revealRound: bigint }
  readonly reveal?: WeightsReveal
  readonly commitment?: readonly Uint8Array[]
}

const defaults: Hyperparameters = {
  ...{ tempo: 10, immunityPeriod: 100, minAllowedWeights: 1, maxWeightsLimit: 65_535, weightsVersion: 0n, weightsRateLimit: 1 },
  ...{ activityCutoff: 5_000, maxValidators: 64, commitRevealEnabled: false, commitRevealPeriod: 1, liquidAlphaEnabled: false },
  ...{ servingRateLimit: 1, registrationAllowed: true, all: {} },
}

/** Any point of G2 will do as a key: its generator. */
const beaconKey = bls12_381.G2.Point.BASE.toBytes(true)

/** The hash of a fake block follows from its height. */
export function fakeHash(number: number): string {
  return `0x${number.toString(16).padStart(64, '0')}`
}

export function fakeChain(neurons: readonly Neuron[], options: { readonly head?: number; readonly blockTimeMs?: number } = {}): FakeChain {
  let best = options.head ?? 100
  const head = (number: number): BlockHead => ({ number, hash: fakeHash(number) })
  const final = () => Math.max(0, best - 2)
  const watchers = { best: new Set<(head: BlockHead) => void>(), finalised: new Set<(head: BlockHead) => void>() }
  const watch = (kind: 'best' | 'finalised') => (call: (head: BlockHead) => void) => {
    watchers[kind].add(call)
    return () => void watchers[kind].delete(call)
  }
  const epochState = (block: number): EpochState => {
    const { tempo, commitRevealPeriod } = chain.hyperparameters
    const lastEpochBlock = block - (block % tempo)
    return {
      ...{
        block,
        tempo,
        lastEpochBlock,
        pendingEpochAt: 0,
        subnetEpochIndex: lastEpochBlock / tempo,
        blocksSinceLastStep: block - lastEpochBlock,
      },
      ...{ commitRevealVersion: 4, revealPeriodEpochs: commitRevealPeriod, adminFreezeWindow: 0 },
    }
  }
  const epochAt = (block: number) => epochState(block).subnetEpochIndex
  const actsOf = (hotkey: string, block: number) => chain.acts.filter(act => act.hotkey === hotkey && act.block <= block)
  /** Every submission is held by the next block. */
  const act = async (signer: Signer, what: Partial<Act>): Promise<SubmitOutcome> => {
    const error = chain.refusals.shift()
    if (error !== undefined) return { status: 'refused', error, docs: '' }
    const fate = chain.fates.shift() ?? 'included'
    if (fate !== 'dropped') chain.acts.push({ block: best + 1, hotkey: signer.hotkey, ...what })
    if (fate !== 'included') throw new AssayError('CHAIN_FATE_UNKNOWN', { call: 'a call', extrinsicHash: '0x', problem: 'a test says so' })
    return { status: 'included', block: head(best + 1), extrinsicHash: fakeHash(best), events: [] }
  }
  const unused = () => Promise.reject(new Error('these tests submit nothing but weights'))
  const isOpened = (block: number) => chain.opensAt !== null && block >= chain.opensAt
  const chain: FakeChain = {
    ...{ genesisHash: fakeHash(0), specName: 'fake', specVersion: 1, blockTimeMs: options.blockTimeMs ?? 100 },
    neurons: [...neurons],
    hyperparameters: defaults,
    ...{ submitted: [], refusals: [], faults: [], fates: [], acts: [], opensAt: null },
    clock: {
      best: () => head(best),
      finalised: () => head(final()),
      onBest: watch('best'),
      onFinalised: watch('finalised'),
      stop: () => {
        for (const calls of Object.values(watchers)) calls.clear()
      },
    },
    advance(blocks = 1) {
      for (let block = 0; block < blocks; block++) chain.leap(1)
    },
    leap(blocks) {
      best += blocks
      for (const call of [...watchers.best]) call(head(best))
      for (const call of [...watchers.finalised]) call(head(final()))
    },
    readHead: async () => head(best),
    readFinalisedHead: async () => head(final()),
    readBlockHash: async number => (number <= best ? fakeHash(number) : null),
    async readMetagraph(netuid, at): Promise<Metagraph> {
      const fault = chain.faults.shift()
      if (fault !== undefined) throw fault
      const block = at === undefined ? best : Number(at)
      const withUpdates = (neuron: Neuron): Neuron => {
        const updates = actsOf(neuron.hotkey, block).filter(({ reveal, commitment }) => reveal === undefined && commitment === undefined)
        return { ...neuron, lastUpdateBlock: Math.max(neuron.lastUpdateBlock, ...updates.map(update => update.block)) }
      }
      const keys = { ownerHotkey: parseHotkey(alice), ownerColdkey: parseColdkey(alice) }
      return {
        netuid,
        block,
        blockHash: fakeHash(block),
        tempo: 10,
        ...keys,
        registrationCostRao: 1n,
        neurons: chain.neurons.map(withUpdates),
      }
    },
    readHyperparameters: async () => chain.hyperparameters,
    async readWeights(_netuid, uid, at) {
      const block = at === undefined ? best : Number(at)
      const hotkey = chain.neurons[uid]?.hotkey ?? ''
      const row = actsOf(hotkey, block).reduce<WeightsVector | null>((found, { weights, reveal }) => weights ?? reveal ?? found, null)
      const upscaled = maxUpscale(row?.values ?? [])
      return (row?.uids ?? []).map((to, index) => [to, upscaled[index] ?? 0] as const)
    },
    readNextEpochBlock: async () => null,
    readBalance: async () => 0n,
    watchHeads: (kind, call) => watch(kind)(call),
    async submitWeights(signer, vector) {
      const outcome = await act(signer, { weights: vector })
      if (outcome.status === 'included') chain.submitted.push(vector)
      return outcome
    },
    readEpochState: async (_netuid, at) => epochState(at === undefined ? best : Number(at)),
    readBeacon: async () => ({
      publicKey: beaconKey,
      genesisSec: 1_692_803_367,
      periodSec: 3,
      lastStoredRound: 1n,
      nowMs: 1_800_000_000_000,
    }),
    async readCommits(_netuid, hotkey, at) {
      const block = at === undefined ? best : Number(at)
      const acts = actsOf(hotkey, block)
      const revealed = new Set(acts.flatMap(({ reveal }) => (reveal === undefined ? [] : [reveal.salt.join()])))
      return {
        hashes:
          revealed.size > 0
            ? []
            : acts.flatMap(({ hash, block: at }) => (hash === undefined ? [] : [{ hash, block: at, epoch: epochAt(at) }])),
        timelocked: isOpened(block)
          ? []
          : acts.flatMap(({ timelocked, block: at }) =>
              timelocked === undefined ? [] : [{ ...timelocked, block: at, epoch: epochAt(at) }],
            ),
      }
    },
    submitTimelockedCommit: (signer, { commit, revealRound }) =>
      act(signer, { timelocked: { commit: `0x${Buffer.from(commit).toString('hex')}`, revealRound } }),
    submitCommit: (signer, _netuid, hash) => act(signer, { hash }),
    submitReveal: (signer, reveal) => act(signer, { reveal }),
    async readCommitment(_netuid, hotkey, at) {
      const acts = actsOf(hotkey, at === undefined ? best : Number(at)).filter(({ commitment }) => commitment !== undefined)
      const last = acts.at(-1)
      return last?.commitment === undefined ? null : { block: last.block, fields: last.commitment }
    },
    submitCommitment: (signer, _netuid, fields) => act(signer, { commitment: fields }),
    ...{ submitServeAxonTls: unused, readCertificates: async () => new Map() },
    ...{ submitBurnedRegister: unused, submitServeAxon: unused, submitAddStake: unused },
    ...{ submitRegisterNetwork: unused, submitStartCall: unused, submitTransfer: unused },
    close: async () => {},
  }
  return chain
}
