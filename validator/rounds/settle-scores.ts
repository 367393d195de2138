import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { applyRamp } from '../scoring/apply-ramp.ts'
import { applyRound } from '../scoring/apply-round.ts'
import { emptyRamp, type RampState } from '../scoring/ramp-state.ts'
import { emptyScores, type ScoreState } from '../scoring/score-state.ts'
import type { RoundRecord } from '../storage/round-table.ts'
import type { Verdict } from '../verification/verdict.ts'

/** What a validator carries from one settled round to the next. */
export interface ScoringState {
  readonly scores: ScoreState
  readonly ramp: RampState
}

export const emptyScoring: ScoringState = { scores: emptyScores, ramp: emptyRamp }

export interface SettleInput {
  readonly before: ScoringState
  readonly round: RoundRecord
  readonly verdicts: readonly Verdict[]
  /** Block at which it is settled. */
  readonly block: number
  /** Miner keys of the metagraph at that block. */
  readonly present: readonly string[]
  readonly subnet: SubnetFile
}

/** Scores a judged round: pure, so that a stored round gives the same bytes anywhere. */
export function settleScores({ before, round, verdicts, block, present, subnet }: SettleInput): {
  state: ScoringState
  scores: Map<string, number>
} {
  const settled = { number: round.number, block, seconds: round.seconds, present, verdicts }
  const applied = applyRound(before.scores, settled, subnet)
  const convicted = Object.entries(applied.state.miners).flatMap(([key, { convictedUntilBlock }]) =>
    convictedUntilBlock === null ? [] : [key],
  )
  const ramp = applyRamp(before.ramp, { ...settled, offered: new Map(Object.entries(round.offered)), convicted }, subnet)
  return { state: { scores: applied.state, ramp }, scores: applied.scores }
}
