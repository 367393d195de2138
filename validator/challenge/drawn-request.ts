import type { Ask } from '../../shared/protocol/ask.ts'

/** A miner as one round knows it; the registration block tells a hotkey's second life, and a uid's new owner, from the first. */
export interface RoundMiner {
  readonly uid: number
  readonly hotkey: string
  readonly coldkey: string
  readonly registeredAtBlock: number
  readonly host: string
  readonly port: number
}

/** A synthetic request, drawn but not yet sent: the body lacks only its deadline block. */
export interface DrawnRequest {
  readonly miner: RoundMiner
  /** Position in the round's time, 0 <= at < 1. */
  readonly at: number
  readonly ask: Ask
  /** The prompt's token ids as the reference renders them. */
  readonly promptIds: readonly number[]
  /** Work units that the request may cost at most. */
  readonly askedWork: number
}

/** `hotkey@registrationBlock`: what scores, ramps and evidence are kept by. */
export function minerKey(miner: { readonly hotkey: string; readonly registeredAtBlock: number }): string {
  return `${miner.hotkey}@${miner.registeredAtBlock}`
}
