import type { WeightVector } from './scores-to-weights.ts'

/** How weights reach the chain. */
export type WeightsForm = 'set-weights' | 'timelocked' | 'hash'

/**
 * What is known of one intended submission:
 * intent (stored, nothing sent) -> sent (may be anywhere) -> included (in a block that may still go) -> finalised (the chain holds our
 * vector or commit for good) -> revealed (commits alone: the vector is in force). Ends without effect: refused (the chain said no),
 * lost (it should be on the chain and is not; it may be sent again), expired (a commit that nobody opened in time, or an intent that
 * was dropped).
 */
export type IntentStatus = 'intent' | 'sent' | 'included' | 'finalised' | 'revealed' | 'refused' | 'lost' | 'expired'

export interface Intent {
  readonly id: number
  readonly form: WeightsForm
  readonly status: IntentStatus
  /** The epoch in which it was to count. */
  readonly epoch: number
  /** The settled round whose scores it carries. */
  readonly round: number
  readonly vector: WeightVector
  /** Who stood behind each uid: the miners' keys, in the order of the uids. */
  readonly targets: readonly string[]
  readonly versionKey: bigint
  /** 0x hex: the commit's hash, or the timelocked commit itself; null for plain weights. */
  readonly commit: string | null
  /** The salt of a hash commit; nobody can reveal it without. */
  readonly salt: readonly number[] | null
  readonly revealRound: bigint | null
  /** The newest final block at the first attempt to send it: whatever forks come, no block up to it holds it. Null before the first. */
  readonly sentAfterBlock: number | null
  /** Head at the last attempt to send it. */
  readonly sentBlock: number | null
  /** The block that holds it, as far as is known. */
  readonly block: number | null
  readonly attempts: number
  /** Attempts to reveal a hash commit, and the head at the last one. */
  readonly reveals: number
  readonly revealBlock: number | null
  readonly error: string | null
}

/** What is stored before anything is signed. */
export type IntentDraft = Pick<Intent, 'form' | 'epoch' | 'round' | 'vector' | 'targets' | 'versionKey' | 'commit' | 'salt' | 'revealRound'>

/** Blocks for which a signed call stays valid: what was sent may appear on the chain until then. */
export const eraBlocks = 128

/** Whether a submission may still be under way: sent, and seen nowhere so far. */
export function isOpen({ status }: Pick<Intent, 'status'>): boolean {
  return status === 'sent'
}

/** Whether the chain holds it or held it until it was opened, as far as we saw. */
export function isOnChain({ status }: Pick<Intent, 'status'>): boolean {
  return status === 'included' || status === 'finalised' || status === 'revealed'
}
