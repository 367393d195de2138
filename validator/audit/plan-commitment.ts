/** What is known of the commitment to one epoch's secret. */
export interface CommitmentRecord {
  /** The epoch whose secret it commits to. */
  readonly epoch: number
  /** 0x hex of each field, as sent or to be sent. */
  readonly fields: readonly string[]
  /** The closed epoch whose secret it discloses; null where it discloses none. */
  readonly discloses: number | null
  readonly attempts: number
  /** Head at the last attempt; null before the first. */
  readonly sentBlock: number | null
  /** The block that holds it, as far as is known. */
  readonly block: number | null
  /** The finalised chain holds it there. */
  readonly isFinal: boolean
}

export interface CommitmentOutlook {
  readonly head: number
  /** Of that epoch; null where there is none yet. */
  readonly record: CommitmentRecord | null
  /** Of the epoch before it. */
  readonly earlier: CommitmentRecord | null
  /** The block that is to hold our next weights; null where none is planned or possible. */
  readonly weightsAt: number | null
}

export type CommitmentStep = 'due' | 'under way' | 'committed' | 'weights first'

/** Blocks for which the call stays valid: after them it is known to be lost, so that no epoch ever has two. */
export const commitmentEraBlocks = 4
const longestPause = 64
/** An earlier commitment is waited for so long, because the next one replaces it before it was seen to be final. */
const earlierPatience = 16
/** Nothing is sent so few blocks before our weights. */
const weightsMargin = 3

/**
 * What to do about the commitment to the coming epoch's secret: once, early in the epoch before, again where its call was lost (after
 * 4, 8, 16, ... blocks), and never at the cost of weights. An epoch without one is no fault, only less provable.
 */
export function planCommitment({ head, record, earlier, weightsAt }: CommitmentOutlook): CommitmentStep {
  if (record !== null && record.block !== null) return record.isFinal ? 'committed' : 'under way'
  if (record !== null && record.sentBlock !== null && head < retryAt(record, record.sentBlock)) return 'under way'
  const unresolved = earlier !== null && !earlier.isFinal && earlier.sentBlock !== null && head < earlier.sentBlock + earlierPatience
  if (unresolved) return 'under way'
  return weightsAt !== null && weightsAt - head <= weightsMargin ? 'weights first' : 'due'
}

function retryAt({ attempts }: CommitmentRecord, sentBlock: number): number {
  return sentBlock + 1 + Math.min(longestPause, commitmentEraBlocks * 2 ** Math.max(0, attempts - 1))
}
