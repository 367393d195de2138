import type {
  Beacon,
  BlockHead,
  ChainPort,
  EpochState,
  Hyperparameters,
  Metagraph,
  Neuron,
  Signer,
  WeightCommits,
} from '../../shared/chain/chain-port.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { type Adopted, readAdopted } from '../storage/adopted-table.ts'
import { readLiveIntents, readNewestTaken, readOwnCommits, readTakenBlocks } from '../storage/intent-table.ts'
import type { Store } from '../storage/open-store.ts'
import { readOrCreateSetting } from '../storage/setting-table.ts'
import { readWeightsVersion } from '../storage/weights-version-setting.ts'
import { buildVector, repeatVector, type TargetedVector } from '../weights/build-vector.ts'
import { type Intent, isOpen } from '../weights/intent.ts'
import { epochOfNextBlock } from '../weights/next-epoch-block.ts'
import { type PlanSettings, planWeights, type WeightsPlan } from '../weights/plan-weights.ts'
import { type ChainView, type Reconciliation, reconcile } from '../weights/reconcile.ts'
import { scoresOfLasting } from '../weights/scores-of-lasting.ts'

/** The reads and calls of a chain that weights need. */
export type WeightsChain = Pick<
  ChainPort,
  | 'blockTimeMs'
  | 'readHead'
  | 'readFinalisedHead'
  | 'readMetagraph'
  | 'readHyperparameters'
  | 'readWeights'
  | 'readEpochState'
  | 'readBeacon'
  | 'readCommits'
  | 'submitWeights'
  | 'submitTimelockedCommit'
  | 'submitCommit'
  | 'submitReveal'
>

export interface WeightsSettings extends PlanSettings {
  /** Version key of our weights; null takes the one that the chain asked for when this release first met the subnet. */
  readonly weightsVersion: bigint | null
  /** Names the program and the rules that make the weights. */
  readonly release: string
}

export interface LookParts {
  readonly store: Store
  readonly chain: WeightsChain
  readonly signer: Pick<Signer, 'hotkey'>
  readonly netuid: number
  readonly settings: WeightsSettings
}

/** One look at the chain and the journal: everything that a decision about weights rests on. */
export interface WeightsLook {
  readonly head: BlockHead
  /** Height of the finalised chain. */
  readonly finalBlock: number
  readonly epochState: EpochState
  readonly hyperparameters: Hyperparameters
  readonly beacon: Beacon | null
  readonly versionKey: bigint
  /** The live intents as the finalised chain explains them. */
  readonly intents: readonly Intent[]
  readonly adopted: Adopted
  readonly reconciliation: Reconciliation
  /** What would be sent now; null where nothing would. */
  readonly content: TargetedVector | null
  readonly plan: WeightsPlan
}

const noCommits: WeightCommits = { hashes: [], timelocked: [] }

/** Reads the finalised chain, the head's schedule and owners of uids, and the journal, and plans. Changes nothing. */
export async function lookAtWeights(
  parts: LookParts,
  scores: ReadonlyMap<string, number>,
  head: BlockHead,
  signal: AbortSignal,
): Promise<WeightsLook> {
  const { store, chain, signer, netuid, settings } = parts
  const final = await chain.readFinalisedHead(signal)
  const [metagraph, bestMetagraph, hyperparameters, epochState] = await Promise.all([
    chain.readMetagraph(netuid, final.hash, signal),
    // What is not final decides whom the uids belong to when our weights arrive, and what became of our last call.
    chain.readMetagraph(netuid, head.hash, signal),
    chain.readHyperparameters(netuid, head.hash, signal),
    chain.readEpochState(netuid, head.hash, signal),
  ])
  const self = metagraph.neurons.find(({ hotkey }) => hotkey === signer.hotkey)
  const commitReveal = hyperparameters.commitRevealEnabled
  const [row, beacon, stored, adopted, newest, taken] = await Promise.all([
    self === undefined ? [] : chain.readWeights(netuid, self.uid, final.hash, signal),
    commitReveal && epochState.commitRevealVersion !== null ? readBeaconIfAny(chain, signal) : null,
    readLiveIntents(store, head.number),
    readAdopted(store),
    readNewestTaken(store),
    readTakenBlocks(store),
  ])
  const committed = commitReveal || stored.some(({ form, status }) => form !== 'set-weights' && status !== 'revealed')
  const commits = committed ? await chain.readCommits(netuid, signer.hotkey, final.hash, signal) : noCommits
  const bestSelf = bestMetagraph.neurons.find(({ hotkey }) => hotkey === signer.hotkey)
  const best = { block: head.number, lastUpdateBlock: stored.some(mayMove) ? (bestSelf?.lastUpdateBlock ?? 0) : 0 }
  const reconciliation =
    self === undefined
      ? { changes: [], foreign: [], openedAt: null }
      : reconcile(viewOf(metagraph, best, self, row, commits, epochState), {
          intents: stored,
          knownBlocks: new Set([...taken, ...adopted.blocks]),
          knownCommits: new Set([...adopted.commits, ...(await readOwnCommits(store, listedOf(commits)))]),
        })
  const intents = stored.map(intent => ({ ...intent, ...reconciliation.changes.find(({ id }) => id === intent.id) }))
  const versionKey = settings.weightsVersion ?? (await readWeightsVersion(store, settings.release)) ?? hyperparameters.weightsVersion
  const lasting = scoresOfLasting(scores, metagraph.neurons, bestMetagraph.neurons)
  const scored = self === undefined ? null : buildVector(lasting, bestMetagraph, self, hyperparameters)
  const kept = newest === null ? null : repeatVector(newest, metagraph.neurons)
  const repeated = kept === null ? null : repeatVector(kept, bestMetagraph.neurons)
  const epoch = epochOfNextBlock(epochState)
  const covering = newestCovering(intents, newest)
  const failed = intents.filter(({ status, epoch: meant }) => meant === epoch && (status === 'refused' || status === 'lost'))
  const plan = planWeights(
    {
      schedule: epochState,
      rateLimit: hyperparameters.weightsRateLimit,
      activityCutoff: hyperparameters.activityCutoff,
      commitReveal,
      timelock: beacon !== null,
      registered: self !== undefined,
      permitted: self !== undefined && (self.validatorPermit || self.hotkey === metagraph.ownerHotkey),
      lastUpdateBlock: Math.max(self?.lastUpdateBlock ?? 0, covering?.block ?? 0),
      versionKey,
      chainVersionKey: hyperparameters.weightsVersion,
      earning: scored?.vector.values.filter(value => value > 0).length ?? 0,
      repeatable: repeated !== null,
      unrevealed: unrevealedOf(commits, epoch, epochState.revealPeriodEpochs),
      covered: covering,
      dutyEpoch: Number(await readOrCreateSetting(store, 'duty-epoch', () => String(epoch))),
      failures: countFailures(failed),
      lastAttemptBlock: failed.length === 0 ? null : Math.max(...failed.map(({ sentBlock }) => sentBlock ?? 0)),
      open: intents.some(isOpen),
      quietUntilBlock: adopted.quietUntilBlock,
    },
    settings,
  )
  const content = plan.content === 'scores' ? scored : plan.content === 'nothing' ? null : repeated
  return {
    head,
    finalBlock: final.number,
    epochState,
    hyperparameters,
    beacon,
    versionKey,
    intents,
    adopted,
    reconciliation,
    content,
    plan,
  }
}

/** Whether what is not final yet decides what is known of an intent. */
function mayMove(intent: Intent): boolean {
  return isOpen(intent) || intent.status === 'included'
}

function viewOf(
  metagraph: Metagraph,
  best: ChainView['best'],
  self: Neuron,
  row: ChainView['row'],
  commits: WeightCommits,
  state: EpochState,
): ChainView {
  const { lastEpochBlock, subnetEpochIndex, revealPeriodEpochs } = state
  return {
    block: metagraph.block,
    best,
    // The state is the head's; the finalised block may still lie in the epoch before.
    epochIndex: metagraph.block >= lastEpochBlock ? subnetEpochIndex : subnetEpochIndex - 1,
    ...{ lastEpochBlock, revealPeriodEpochs, row, commits },
    ...{ lastUpdateBlock: self.lastUpdateBlock, registeredAtBlock: self.registeredAtBlock },
    registrations: metagraph.neurons.map(({ registeredAtBlock }) => registeredAtBlock),
  }
}

/** Calls that got lost now and then are simply repeated; it takes more of them, or refusals, to make us patient. */
const mostFreeLosses = 3

function countFailures(failed: readonly Intent[]): number {
  const attemptsOf = (status: Intent['status']) => failed.reduce((sum, intent) => sum + (intent.status === status ? intent.attempts : 0), 0)
  return attemptsOf('refused') + Math.max(0, attemptsOf('lost') - mostFreeLosses)
}

async function readBeaconIfAny(chain: WeightsChain, signal: AbortSignal): Promise<Beacon | null> {
  try {
    return await chain.readBeacon(signal)
  } catch (error) {
    if (isAssayError(error, 'CHAIN_UNSUPPORTED')) return null
    throw error
  }
}

/**
 * The newest submission that the chain took, among what is stored and what was just found out. It counts from the block that it was sent
 * for: a re-organisation may have put it into an earlier one, before the window that it was meant for.
 */
function newestCovering(intents: readonly Intent[], newest: Intent | null): { epoch: number; block: number } | null {
  const changed = new Map(intents.map(intent => [intent.id, intent]))
  const candidates = [...intents, ...(newest === null ? [] : [changed.get(newest.id) ?? newest])]
  return candidates.reduce<{ epoch: number; block: number } | null>((best, { block: held, epoch, sentBlock }) => {
    if (held === null) return best
    const block = Math.max(held, (sentBlock ?? 0) + 1)
    return block > (best?.block ?? -1) ? { block, epoch } : best
  }, null)
}

function listedOf({ hashes, timelocked }: WeightCommits): string[] {
  return [...hashes.map(({ hash }) => hash), ...timelocked.map(({ commit }) => commit)]
}

/** The chain counts hashes of all epochs that can still be revealed, timelocked commits within one. */
function unrevealedOf({ hashes, timelocked }: WeightCommits, epoch: number, revealPeriod: number): number {
  return Math.max(
    hashes.filter(commit => commit.epoch + revealPeriod >= epoch).length,
    timelocked.filter(commit => commit.epoch === epoch).length,
  )
}
