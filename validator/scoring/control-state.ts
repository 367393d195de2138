import type { EValueParts, StatisticalCheck } from '../verification/evidence/answer-e-value.ts'

/** What the validator remembers of the operator's control miner. Plain JSON, stored with every settled round. */
export interface ControlState {
  /** Address of its hotkey. */
  readonly hotkey: string
  /** Digest of the subnet file that its answers were judged by. */
  readonly scoringVersion: string
  /** Its audited answers of the last rounds, oldest first, with the e-value of each check. */
  readonly answers: ReadonlyArray<{ readonly round: number; readonly parts: EValueParts }>
  /** Checks that did not count in the last settled round. */
  readonly suspended: readonly StatisticalCheck[]
  /** Code of its `fail` in the last settled round. */
  readonly failed: string | null
  /** It signed what contradicts itself, and is not believed before this block. */
  readonly distrustedUntilBlock: number | null
}

/** What is wrong with the control miner or by its word, in words; null where nothing is. */
export function findControlProblem({ hotkey, answers, suspended, failed, distrustedUntilBlock }: ControlState): string | null {
  if (distrustedUntilBlock !== null)
    return `${hotkey} signed what contradicts itself${failed === null ? '' : ` (${failed})`}: it suspends nothing before block ${distrustedUntilBlock}`
  if (failed !== null) return `${hotkey} was convicted (${failed}): look at the reference, and at that miner`
  if (suspended.length > 0) return `${hotkey}, which is honest, fails ${suspended.join(', ')}: suspended for all miners`
  return answers.length === 0 ? `${hotkey} gave no audited answer in the last rounds: no check can be suspended` : null
}
