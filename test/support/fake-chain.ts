import type { BlockClock } from '../../shared/chain/block-clock.ts'
import type {
  BlockHead,
  ChainPort,
  Hyperparameters,
  Metagraph,
  Neuron,
  SubmitOutcome,
  WeightsVector,
} from '../../shared/chain/chain-port.ts'
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
  /** What the next reads of the metagraph reject with, in order. */
  readonly faults: Error[]
  /** The clock that follows it: finality lags by two blocks. */
  readonly clock: BlockClock
  /** Makes blocks and calls back for each. */
  advance(blocks?: number): void
  /** Makes blocks of which only the last is heard of, as after a lost connection. */
  leap(blocks: number): void
}

const defaults: Hyperparameters = {
  ...{ tempo: 10, immunityPeriod: 100, minAllowedWeights: 1, maxWeightsLimit: 65_535, weightsVersion: 0n, weightsRateLimit: 1 },
  ...{ activityCutoff: 5_000, maxValidators: 64, commitRevealEnabled: false, commitRevealPeriod: 1, liquidAlphaEnabled: false },
  ...{ servingRateLimit: 1, registrationAllowed: true, all: {} },
}

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
  const unused = () => Promise.reject(new Error('these tests submit nothing but weights'))
  const chain: FakeChain = {
    ...{ genesisHash: fakeHash(0), specName: 'fake', specVersion: 1, blockTimeMs: options.blockTimeMs ?? 100 },
    neurons: [...neurons],
    hyperparameters: defaults,
    ...{ submitted: [], refusals: [], faults: [] },
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
      const keys = { ownerHotkey: parseHotkey(alice), ownerColdkey: parseColdkey(alice) }
      return { netuid, block, blockHash: fakeHash(block), tempo: 10, ...keys, registrationCostRao: 1n, neurons: chain.neurons }
    },
    readHyperparameters: async () => chain.hyperparameters,
    readWeights: async () => [],
    readNextEpochBlock: async () => null,
    readBalance: async () => 0n,
    watchHeads: (kind, call) => watch(kind)(call),
    async submitWeights(signer, vector): Promise<SubmitOutcome> {
      const error = chain.refusals.shift()
      if (error !== undefined) return { status: 'refused', error, docs: '' }
      chain.submitted.push(vector)
      chain.neurons = chain.neurons.map(neuron => (neuron.hotkey === signer.hotkey ? { ...neuron, lastUpdateBlock: best } : neuron))
      return { status: 'included', block: head(best), extrinsicHash: fakeHash(best), events: [] }
    },
    ...{ submitBurnedRegister: unused, submitServeAxon: unused, submitAddStake: unused },
    ...{ submitRegisterNetwork: unused, submitStartCall: unused, submitTransfer: unused },
    close: async () => {},
  }
  return chain
}
