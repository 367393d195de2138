import type { ScoreStatistics } from '../../shared/engine/engine-port.ts'

/** What a reference run said of an answer: of its tokens, and, where the miner opened its commitment, of the rows behind them. The rows themselves are not kept. */
export interface ReferenceStatistics extends ScoreStatistics {
  /** Relative distance of each row's projection from the reference's; NaN where the reference's own row holds no number. */
  readonly fingerprint?: Float64Array
  /** Three numbers a TOPLOC chunk: exponent mismatches, mean and median mantissa difference; NaN where the reference's own chunk holds no number. */
  readonly topLoc?: Float64Array
}
