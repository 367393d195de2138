import type { Signer, SubmitOptions, SubmitOutcome } from '../../shared/chain/chain-port.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { abortAfter } from '../../shared/util/abort-after.ts'
import type { Intent, IntentDraft } from '../weights/intent.ts'
import { buildDraft } from './build-draft.ts'
import type { Journal } from './journal.ts'
import type { WeightsChain, WeightsLook } from './look-at-weights.ts'

export interface SendParts {
  readonly chain: WeightsChain
  readonly signer: Signer
  readonly netuid: number
  readonly journal: Journal
}

/** How an attempt ended as far as we heard: in a block, refused by its name, or nobody knows. */
export type Sent =
  | { readonly end: 'included'; readonly block: number }
  | { readonly end: 'refused'; readonly error: string }
  | { readonly end: 'unknown'; readonly error: string }

/** An attempt is followed for so long; what it comes to after that is read from the chain. */
const attemptBlocks = 2
const shortestAttemptMs = 1_000

/**
 * Sends what is planned: the intent is stored first, marked as sent next, and only then anything is signed, so that a crash at any
 * moment leaves a journal that knows at least as much as the chain. A lost payload that still holds is sent again as it was.
 */
export async function sendWeights(look: WeightsLook, round: number, parts: SendParts, signal: AbortSignal): Promise<Sent | null> {
  const { content, plan, head, intents } = look
  const { chain, signer, netuid, journal } = parts
  if (content === null) return null
  // What was never sent leaves no trace anywhere; its payload is made anew from the present metagraph.
  await journal.change(
    intents.filter(({ status }) => status === 'intent').map(({ id }) => ({ id, status: 'expired', error: 'never sent' })),
  )
  const again = intents.findLast(intent => mayRepeat(intent, look))
  const draft: IntentDraft = again ?? buildDraft({ look, content, round, netuid, signer, blockTimeMs: chain.blockTimeMs })
  const id = again?.id ?? (await journal.begin(draft))
  await journal.sent(id, head.number, look.finalBlock)
  const sent = await attempt(options => submit(draft, look, parts, options), chain.blockTimeMs, signal)
  // An epoch's own block counts for the epoch after it.
  const late = sent.end === 'included' && plan.epochBlock !== null && sent.block >= plan.epochBlock
  if (sent.end === 'included') await journal.change([{ id, status: 'included', block: sent.block, epoch: plan.epoch + (late ? 1 : 0) }])
  if (sent.end === 'refused') await journal.change([{ id, status: 'refused', error: sent.error }])
  return sent
}

/** Reveals a hash commit from what the journal keeps of it. */
export async function sendReveal(intent: Intent, look: WeightsLook, parts: SendParts, signal: AbortSignal): Promise<Sent> {
  const { chain, signer, netuid, journal } = parts
  await journal.reveals(intent.id, look.head.number)
  const { vector, versionKey, salt } = intent
  return attempt(
    options => chain.submitReveal(signer, { netuid, ...vector, versionKey, salt: salt ?? [] }, options),
    chain.blockTimeMs,
    signal,
  )
}

/** Whether an intent is the very thing that would be sent now: lost or of unknown fate, of this epoch and form, its uids still the same miners'. */
function mayRepeat(intent: Intent, { plan, content }: WeightsLook): boolean {
  if ((intent.status !== 'lost' && intent.status !== 'sent') || intent.epoch !== plan.epoch || intent.form !== plan.form) return false
  const present = new Map(content?.vector.uids.map((uid, index) => [uid, content.targets[index]]))
  return intent.vector.uids.every((uid, index) => present.get(uid) === intent.targets[index])
}

function submit(
  draft: IntentDraft,
  { epochState }: WeightsLook,
  { chain, signer, netuid }: SendParts,
  options: SubmitOptions,
): Promise<SubmitOutcome> {
  const { vector, versionKey, commit, revealRound } = draft
  if (commit === null) return chain.submitWeights(signer, { netuid, ...vector, versionKey }, options)
  if (revealRound === null) return chain.submitCommit(signer, netuid, commit, options)
  const bytes = new Uint8Array(Buffer.from(commit.slice(2), 'hex'))
  return chain.submitTimelockedCommit(signer, { netuid, commit: bytes, revealRound, version: epochState.commitRevealVersion ?? 0 }, options)
}

async function attempt(work: (options: SubmitOptions) => Promise<SubmitOutcome>, blockTimeMs: number, signal: AbortSignal): Promise<Sent> {
  try {
    const outcome = await work({ until: 'included', signal: abortAfter(Math.max(shortestAttemptMs, attemptBlocks * blockTimeMs), signal) })
    if (outcome.status === 'failed' || outcome.status === 'refused') return { end: 'refused', error: outcome.error }
    return { end: 'included', block: outcome.block.number }
  } catch (error) {
    signal.throwIfAborted()
    // The runtime lacks the call: nothing was signed.
    if (isAssayError(error, 'CHAIN_UNSUPPORTED')) return { end: 'refused', error: error.message }
    return { end: 'unknown', error: error instanceof Error ? error.message : String(error) }
  }
}
