import type { WeightCommits } from '../../shared/chain/chain-port.ts'
import { eraBlocks, type Intent, type IntentStatus } from './intent.ts'
import { sameWeights } from './same-weights.ts'

/** What the finalised chain shows of our hotkey. */
export interface ChainView {
  readonly block: number
  /** The head, and our last update there: not final yet. */
  readonly best: { readonly block: number; readonly lastUpdateBlock: number }
  readonly epochIndex: number
  readonly lastEpochBlock: number
  readonly revealPeriodEpochs: number
  readonly lastUpdateBlock: number
  readonly registeredAtBlock: number
  readonly row: ReadonlyArray<readonly [uid: number, value: number]>
  readonly commits: WeightCommits
  /** Registration blocks by uid. */
  readonly registrations: readonly number[]
}

/** What the journal can vouch for. */
export interface JournalView {
  /** In the order of their ids; at least those whose era or reveal is not over. */
  readonly intents: readonly Intent[]
  /** Blocks of earlier updates, ours or adopted. */
  readonly knownBlocks: ReadonlySet<number>
  /** Commits that were adopted: known, but not made by this journal. */
  readonly knownCommits: ReadonlySet<string>
}

export interface IntentChange {
  readonly id: number
  readonly status: IntentStatus
  readonly block?: number | null
  readonly epoch?: number
  readonly error?: string
}

/** Something on the chain that our hotkey did and our journal does not know. */
export interface Foreign {
  /** Block of the unknown update or commit. */
  readonly block: number
  readonly what: 'weights' | 'commit'
  /** 0x hex of the commit; null for weights. */
  readonly commit: string | null
}

export interface Reconciliation {
  readonly changes: readonly IntentChange[]
  readonly foreign: readonly Foreign[]
  /** The last update, where the opening of our own commit made it: the chain moves it so once commit-reveal was switched off. */
  readonly openedAt: number | null
}

/**
 * Blocks without a trace after which a sent call counts as lost. Sent again it has the same nonce unless the pool still holds the first,
 * and then the rate limit takes but one; should it turn up later all the same, it is known as ours.
 */
const patienceBlocks = 2

/** Compares the finalised chain with the journal: what became of each intent, and what neither it nor the past explains. */
export function reconcile(view: ChainView, { intents, knownBlocks, knownCommits }: JournalView): Reconciliation {
  const listed = new Map([
    ...view.commits.hashes.map(({ hash, block, epoch }) => [hash, { block, epoch }] as const),
    ...view.commits.timelocked.map(({ commit, block, epoch }) => [commit, { block, epoch }] as const),
  ])
  // One block holds one intent.
  const holders = new Map(intents.flatMap(({ id, block }) => (block === null ? [] : [[block, id] as const])))
  const changes = intents.flatMap(intent => {
    const isFree = (block: number) => (holders.get(block) ?? intent.id) === intent.id
    const found = changeOf(intent, view, intent.commit === null ? undefined : listed.get(intent.commit), isFree)
    for (const { id, block } of found) if (block !== undefined && block !== null) holders.set(block, id)
    return found
  })
  const ours = new Set(intents.flatMap(({ commit }) => (commit === null ? [] : [commit])))
  const foreign: Foreign[] = [...listed]
    .filter(([commit]) => !ours.has(commit) && !knownCommits.has(commit))
    .map(([commit, { block }]) => ({ block, what: 'commit', commit }))
  const { lastUpdateBlock } = view
  const known =
    lastUpdateBlock <= view.registeredAtBlock ||
    knownBlocks.has(lastUpdateBlock) ||
    [...listed.values()].some(({ block }) => block === lastUpdateBlock) ||
    intents.some(intent => intent.block === lastUpdateBlock)
  const opened = !known && intents.some(intent => mayHaveOpened(intent, view, listed))
  if (!known && !opened && !intents.some(intent => mayHaveUpdated(intent, view)))
    foreign.push({ block: lastUpdateBlock, what: 'weights', commit: null })
  return { changes, foreign, openedAt: opened ? lastUpdateBlock : null }
}

/** Whether an intent, by its time and by what it says, can have made the last update. */
function mayHaveUpdated(intent: Intent, view: ChainView): boolean {
  const { sentBlock, form, status } = intent
  const at = view.lastUpdateBlock
  // What is final has its block; a re-org may still move what is merely included.
  if (
    sentBlock === null ||
    status === 'finalised' ||
    status === 'revealed' ||
    status === 'expired' ||
    at > sentBlock + eraBlocks ||
    at < firstBlock(intent)
  )
    return false
  if (form === 'set-weights') return shows(view, intent)
  // A commit that is no longer listed was opened or dropped while nobody looked: only its time can speak for it.
  return true
}

/** Whether the last update is that of a commit that the chain opened: it is listed no more, and its vector is in force. */
function mayHaveOpened(intent: Intent, view: ChainView, listed: ReadonlyMap<string, unknown>): boolean {
  const { commit, block } = intent
  return commit !== null && block !== null && block < view.lastUpdateBlock && !listed.has(commit) && shows(view, intent)
}

/** The first block that can hold an intent; after a re-organisation it may be one that was there when the intent was sent. */
function firstBlock({ sentAfterBlock }: Intent): number {
  return (sentAfterBlock ?? 0) + 1
}

function shows(view: ChainView, intent: Intent): boolean {
  return sameWeights(view.row, intent.vector, uid => (view.registrations[uid] ?? 0) >= firstBlock(intent))
}

/** The epoch in which the last update counted, exactly where it is the present one, else the one it was meant for. */
function epochOf({ lastUpdateBlock, lastEpochBlock, epochIndex }: ChainView, { epoch }: Intent): number {
  return lastUpdateBlock >= lastEpochBlock ? epochIndex : epoch
}

/** `isFree` says whether a block holds no other intent. */
function changeOf(
  intent: Intent,
  view: ChainView,
  listed: { readonly block: number; readonly epoch: number } | undefined,
  isFree: (block: number) => boolean,
): IntentChange[] {
  const { id, status, form, sentBlock, block } = intent
  if (status === 'sent' || status === 'included' || status === 'lost') {
    if (sentBlock === null) return []
    if (listed !== undefined) return [{ id, status: 'finalised', block: listed.block, epoch: listed.epoch }]
    const at = view.lastUpdateBlock
    const updated = at >= firstBlock(intent) && at <= sentBlock + eraBlocks && isFree(at)
    if (updated && shows(view, intent))
      return [{ id, status: form === 'set-weights' ? 'finalised' : 'revealed', block: at, epoch: epochOf(view, intent) }]
    // A commit that was opened or dropped before we looked has left its block as our last update.
    if (status === 'included' && form !== 'set-weights' && view.lastUpdateBlock === block) return [{ id, status: 'finalised' }]
    if (status === 'lost') return []
    const { best } = view
    if (status === 'included' && view.block < (block ?? sentBlock)) return []
    // A re-organisation may have given it another block.
    const elsewhere = best.lastUpdateBlock > view.lastUpdateBlock && best.lastUpdateBlock >= firstBlock(intent)
    if (elsewhere && isFree(best.lastUpdateBlock)) return [{ id, status: 'included', block: best.lastUpdateBlock }]
    if (status === 'included') return [{ id, status: 'lost', block: null, error: 'the finalised chain does not hold it' }]
    return best.block >= sentBlock + patienceBlocks ? [{ id, status: 'lost', error: 'no block holds it' }] : []
  }
  if (status !== 'finalised' || form === 'set-weights') return []
  if (listed === undefined && shows(view, intent)) return [{ id, status: 'revealed' }]
  return view.epochIndex > intent.epoch + view.revealPeriodEpochs
    ? [{ id, status: 'expired', error: 'it was not revealed in its epoch' }]
    : []
}
