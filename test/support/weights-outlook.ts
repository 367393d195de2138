import type { WeightsOutlook } from '../../validator/weights/plan-weights.ts'

/** A validator at head 1000 of a subnet with tempo 100 whose last epoch ran there and whose weights got in in time; changed as told. */
export function outlook(changes: Partial<WeightsOutlook> = {}): WeightsOutlook {
  return {
    schedule: { block: 1_000, tempo: 100, lastEpochBlock: 1_000, pendingEpochAt: 0, subnetEpochIndex: 50, blocksSinceLastStep: 0 },
    ...{ rateLimit: 10, activityCutoff: 5_000, commitReveal: false, timelock: true, registered: true, permitted: true },
    ...{ lastUpdateBlock: 980, versionKey: 0n, chainVersionKey: 0n, earning: 3, repeatable: false, unrevealed: 0 },
    ...{ covered: { epoch: 49, block: 980 }, dutyEpoch: 40, failures: 0, lastAttemptBlock: null, open: false, quietUntilBlock: null },
    ...changes,
  }
}

/** What an operator gets who chooses nothing. */
export const weightsTerms = { commitForm: 'timelocked', lastResort: 'nothing', weightsVersion: null, release: 'test' } as const
