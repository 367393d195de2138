import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { applyAudits } from '../audit/apply-audits.ts'
import { type AuditState, emptyAudits } from '../audit/audit-state.ts'
import { applyRamp } from '../scoring/apply-ramp.ts'
import { type AppliedRound, applyRound } from '../scoring/apply-round.ts'
import { emptyRamp, type RampState } from '../scoring/ramp-state.ts'
import { emptyScores, readScoreState, type ScoreState } from '../scoring/score-state.ts'
import type { RoundRecord } from '../storage/round-table.ts'
import type { Verdict } from '../verification/verdict.ts'

/** What a validator carries from one settled round to the next. */
export interface ScoringState {
  readonly scores: ScoreState
  readonly ramp: RampState
  readonly audits: AuditState
}

export const emptyScoring: ScoringState = { scores: emptyScores, ramp: emptyRamp, audits: emptyAudits }

/** A stored state; written by the scoreboard alone. */
export function parseState(json: string): ScoringState {
  const state = { ...emptyScoring, ...(JSON.parse(json) as Partial<ScoringState>) }
  return { ...state, scores: readScoreState(state.scores) }
}

export interface SettleInput {
  readonly before: ScoringState
  readonly round: RoundRecord
  readonly verdicts: readonly Verdict[]
  /** Block at which it is settled. */
  readonly block: number
  /** Miner keys of the metagraph at that block. */
  readonly present: readonly string[]
  /** Their coldkeys by miner key; none in rounds of releases that did not know them. */
  readonly coldkeys?: Readonly<Record<string, string>>
  readonly subnet: SubnetFile
}

export interface SettledScores extends Pick<AppliedRound, 'scores' | 'convictions' | 'failures'> {
  readonly state: ScoringState
}

/** Scores a judged round: pure, so that a stored round gives the same bytes anywhere. */
export function settleScores({ before, round, verdicts, block, present, coldkeys, subnet }: SettleInput): SettledScores {
  const { number, seconds, scoringVersion } = round
  const settled = { number, block, seconds, present, verdicts, scoringVersion, ...(coldkeys && { coldkeys }) }
  const applied = applyRound(before.scores, settled, subnet)
  const convicted = Object.entries(applied.state.miners).flatMap(([key, { convictedUntilBlock }]) =>
    convictedUntilBlock === null ? [] : [key],
  )
  const ramp = applyRamp(
    before.ramp,
    { ...settled, offered: new Map(Object.entries(round.offered)), claims: new Map(Object.entries(round.claims ?? {})), convicted },
    subnet,
  )
  const audits = applyAudits(before.audits, settled, subnet)
  const { scores, convictions, failures } = applied
  return { state: { scores: applied.state, ramp, audits }, scores, convictions, failures }
}
