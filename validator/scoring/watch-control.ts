import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { type EValueParts, type StatisticalCheck, statisticalChecks } from '../verification/evidence/answer-e-value.ts'
import { emptyEvidence, evidenceOf, updateEvidence } from '../verification/evidence/evidence-state.ts'
import { partsOfVerdict } from '../verification/evidence/suspend-checks.ts'
import type { ControlState } from './control-state.ts'
import { hotkeyOf } from './score-state.ts'
import { type SettledRound, verdictsByMiner } from './settled-round.ts'

/** Settled rounds whose answers of the control miner count, the present one among them. */
const trailingRounds = 10
const mostAnswers = 200
/**
 * Evidence of a check against the control miner at which the check is suspended: an honest one comes so far in one such time of twenty at
 * most. Far below the bound of a conviction, since a check that is left out for nothing costs a few rounds of it, and one that is
 * wrong costs honest miners their pay.
 */
const suspendingEvidence = 20

/**
 * Takes in what the operator's own honest engine answered in a round, and decides which checks are suspended in it: those whose e-process
 * over its audited answers of this round and the nine before it came to 20 at any of them. Silence suspends nothing: whoever takes it
 * off line must not buy freedom by that. A receipt of its own that contradicts itself shows that it is no honest engine: it suspends
 * nothing until the time of a conviction is over. Other bounds begin another trail.
 */
export function watchControl(
  before: ControlState | undefined,
  control: string,
  round: SettledRound,
  { evidence: { shares }, scoring: { convictionBlocks } }: Pick<SubnetFile, 'evidence' | 'scoring'>,
): ControlState {
  const { number, block, scoringVersion = '' } = round
  const known = before?.hotkey === control ? before : undefined
  const own = [...verdictsByMiner(round.verdicts)].flatMap(([key, verdicts]) => (hotkeyOf(key) === control ? verdicts : []))
  const isFalse = own.some(({ kind, eValue }) => kind === 'fail' && eValue === null)
  const until = isFalse ? block + convictionBlocks : (known?.distrustedUntilBlock ?? null)
  const distrustedUntilBlock = until !== null && block < until ? until : null
  const earlier = known?.scoringVersion === scoringVersion ? known.answers.filter(answer => answer.round > number - trailingRounds) : []
  const heard = own.flatMap(verdict => (verdict.eValue === null ? [] : [{ round: number, parts: partsOfVerdict(verdict) }]))
  const answers = distrustedUntilBlock === null ? [...earlier, ...heard] : []
  return {
    ...{ hotkey: control, scoringVersion, distrustedUntilBlock },
    suspended: statisticalChecks.filter(check => speaksAgainst(check, answers, shares)),
    failed: own.find(({ kind }) => kind === 'fail')?.code ?? null,
    answers: answers.slice(-mostAnswers),
  }
}

function speaksAgainst(
  check: StatisticalCheck,
  answers: ReadonlyArray<{ readonly parts: EValueParts }>,
  shares: readonly number[],
): boolean {
  let state = emptyEvidence(shares)
  for (const { parts } of answers) {
    const eValue = parts[check]
    if (eValue === undefined) continue
    state = updateEvidence(state, eValue, shares)
    if (evidenceOf(state) >= suspendingEvidence) return true
  }
  return false
}
