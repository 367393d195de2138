import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { applyAudits, listWithholding } from '../audit/apply-audits.ts'
import { type AuditState, emptyAudits } from '../audit/audit-state.ts'
import { applyRamp } from '../scoring/apply-ramp.ts'
import { type AppliedRound, applyRound } from '../scoring/apply-round.ts'
import type { ControlState } from '../scoring/control-state.ts'
import { emptyRamp, type RampState } from '../scoring/ramp-state.ts'
import { emptyScores, readScoreState, type ScoreState } from '../scoring/score-state.ts'
import { watchControl } from '../scoring/watch-control.ts'
import type { RoundRecord } from '../storage/round-table.ts'
import { suspendChecks } from '../verification/evidence/suspend-checks.ts'
import type { Verdict } from '../verification/verdict.ts'

/** What a validator carries from one settled round to the next. */
export interface ScoringState {
  readonly scores: ScoreState
  readonly ramp: RampState
  readonly audits: AuditState
  /** Only where the operator names a control miner. */
  readonly control?: ControlState
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
  /** Hotkey of the operator's control miner, where it names one. */
  readonly control?: string
  readonly subnet: SubnetFile
}

export interface SettledScores extends Pick<AppliedRound, 'scores' | 'convictions' | 'failures'> {
  readonly state: ScoringState
  /** As they count: with the checks suspended that the control miner fails; in the order in which they came. */
  readonly verdicts: readonly Verdict[]
}

/** Scores a judged round: pure, so that a stored round gives the same bytes anywhere. */
export function settleScores({
  before,
  round,
  verdicts: judged,
  block,
  present,
  coldkeys,
  control: named,
  subnet,
}: SettleInput): SettledScores {
  const { number, seconds, scoringVersion } = round
  const asJudged = { number, block, seconds, present, verdicts: judged, scoringVersion, ...(coldkeys && { coldkeys }) }
  const control = named === undefined ? undefined : watchControl(before.control, named, asJudged, subnet)
  const suspended = control?.suspended ?? []
  const verdicts =
    control === undefined ? judged : judged.map(each => suspendChecks(each, { control: control.hotkey, checks: suspended }, subnet))
  const settled = { ...asJudged, verdicts, suspended, withholding: listWithholding(before.audits) }
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
  return { state: { scores: applied.state, ramp, audits, ...(control && { control }) }, scores, convictions, failures, verdicts }
}
