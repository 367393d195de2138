const maxTempo = 50_400

export interface EpochSchedule {
  readonly block: number
  readonly tempo: number
  readonly lastEpochBlock: number
  /** Block of a triggered or deferred epoch, 0 when none. */
  readonly pendingEpochAt: number
  readonly blocksSinceLastStep: number
}

/** Says whether a subnet's epoch is due at a block: triggered, stuck for longer than the largest tempo, or one tempo after the last. */
export function shouldRunEpoch({ block, tempo, lastEpochBlock, pendingEpochAt, blocksSinceLastStep }: EpochSchedule): boolean {
  if (tempo === 0) return false
  if (pendingEpochAt > 0 && block >= pendingEpochAt) return true
  return blocksSinceLastStep > maxTempo || block - lastEpochBlock >= tempo
}
