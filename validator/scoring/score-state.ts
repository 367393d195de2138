import type { EvidenceState } from '../verification/evidence/evidence-state.ts'

/** One settled round of one miner in which it was offered something. */
export interface RoundEntry {
  readonly round: number
  /** Verified work units. */
  readonly work: number
  /** Seconds that count: the round's, less the share that was void. */
  readonly seconds: number
}

/** What the validator remembers of one miner. */
export interface MinerHistory {
  /** The window: the last rounds in which it was offered something, oldest first. */
  readonly window: readonly RoundEntry[]
  /** Since its registration or its last conviction. */
  readonly evidence: EvidenceState
  /** Highest evidence ever reached, in every life. */
  readonly peakEvidence: number
  readonly convictions: number
  /** The score is zero before this block; null for who was never convicted or has served. */
  readonly convictedUntilBlock: number | null
  /** Last settled round in which the metagraph held it. */
  readonly lastRound: number
}

/** Histories by miner key; plain JSON, stored with every settled round. */
export interface ScoreState {
  readonly miners: Readonly<Record<string, MinerHistory>>
}

/** The state before the first settled round. */
export const emptyScores: ScoreState = { miners: {} }
