import type { Ask, AssayAsk } from '../../shared/protocol/ask.ts'
import type { SignedOffer } from '../../shared/protocol/offer.ts'

/** A miner as one round knows it; the registration block tells a hotkey's second life, and a uid's new owner, from the first. */
export interface RoundMiner {
  readonly uid: number
  readonly hotkey: string
  readonly coldkey: string
  readonly registeredAtBlock: number
  readonly host: string
  readonly port: number
  /** Where its address speaks TLS alone: the ed25519 key that it has committed to, as hex; null where that is none, so that nothing can be sent. */
  readonly tlsKey?: string | null
}

/** A body without its deadline, which is known only when it is sent: the type keeps an unfinished one from leaving. */
export type AskDraft = DraftOf<Ask>

type DraftOf<A> = A extends { readonly assay: AssayAsk }
  ? Omit<A, 'assay'> & { readonly assay: Omit<AssayAsk, 'deadlineBlock' | 'deadlineMs'> }
  : never

/** A synthetic request, drawn but not yet sent: `withDeadline` makes its body whole. */
export interface DrawnRequest {
  readonly miner: RoundMiner
  /** Position in the round's time, 0 <= at < 1. */
  readonly at: number
  readonly ask: AskDraft
  /** The prompt's token ids as the reference renders them. */
  readonly promptIds: readonly number[]
  /** Work units that the request may cost at most. */
  readonly askedWork: number
  /** As in an exchange: the offer that it is asked under, first. */
  readonly offers?: readonly SignedOffer[]
}

/** `hotkey@registrationBlock`: what scores, ramps and evidence are kept by. */
export function minerKey(miner: { readonly hotkey: string; readonly registeredAtBlock: number }): string {
  return `${miner.hotkey}@${miner.registeredAtBlock}`
}
