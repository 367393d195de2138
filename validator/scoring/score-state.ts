import type { StreamEvidence } from '../verification/evidence/miner-evidence.ts'

/** One settled round of one miner in which it was offered something. */
export interface RoundEntry {
  readonly round: number
  /** Verified work units. */
  readonly work: number
  /** Seconds that count: the round's, less the share that was void. */
  readonly seconds: number
}

/** A conviction that waits, and by which version it was reached: under another one it is dropped with all that led to it. */
export interface PendingConviction {
  readonly round: number
  readonly evidence: number
  readonly scoringVersion: string
}

/** What the validator remembers of one miner. */
export interface MinerHistory {
  /** The window: the last rounds in which it was offered something, oldest first. */
  readonly window: readonly RoundEntry[]
  /** Who owns it: what stands against it follows the owner to the next registration. */
  readonly coldkey: string
  /** Evidence by stream, since the first registration that it follows, or the last conviction. */
  readonly streams: StreamEvidence
  /** Highest evidence ever reached, in every life. */
  readonly peakEvidence: number
  readonly convictions: number
  /** The score is zero before this block; null for who was never convicted or has served. */
  readonly convictedUntilBlock: number | null
  /** Evidence of 1/alpha that was reached while most others failed too: it convicts in the first round that is not so. */
  readonly pending: PendingConviction | null
  /** Last settled round in which the metagraph held it. */
  readonly lastRound: number
}

/** Histories by miner key; plain JSON, stored with every settled round. */
export interface ScoreState {
  readonly miners: Readonly<Record<string, MinerHistory>>
}

/** The state before the first settled round. */
export const emptyScores: ScoreState = { miners: {} }

/** A history as releases before the streams stored it. */
type StoredHistory = Omit<MinerHistory, 'coldkey' | 'streams' | 'pending'> & Partial<Pick<MinerHistory, 'coldkey' | 'streams' | 'pending'>>

/** A stored state; one from before evidence had streams keeps its windows and convictions, and its evidence starts anew. */
export function readScoreState(stored: { readonly miners: Readonly<Record<string, StoredHistory & { evidence?: unknown }>> }): ScoreState {
  const miners = Object.entries(stored.miners).map(([key, { evidence: _evidence, ...history }]) => [
    key,
    { coldkey: hotkeyOf(key), streams: {}, pending: null, ...history },
  ])
  return { miners: Object.fromEntries(miners) }
}

/** The hotkey of a miner key: it stands for the coldkey where that is not known. */
export function hotkeyOf(key: string): string {
  return key.slice(0, key.indexOf('@'))
}
