import type { ScoreStatistics } from '../../shared/engine/engine-port.ts'
import { sentenceOf } from '../../shared/protocol/explain-verdict.ts'
import { classOfOffer } from '../../shared/subnet/find-class.ts'
import { honestEndRate, lnSurvival } from '../verification/checks/check-end.ts'
import { impossibleNats } from '../verification/checks/check-impossible-token.ts'
import { likelihoodBound, likelihoodZ } from '../verification/checks/check-likelihood.ts'
import { answerBounds } from '../verification/evidence/answer-bounds.ts'
import { marginEValue, meanClippedMargin } from '../verification/evidence/margin-e-value.ts'
import { type JudgeInput, listFindings } from '../verification/judge.ts'
import type { BundleLine } from './bundle-report.ts'
import { type Figures, proofFiguresOf } from './list-proof-lines.ts'

/** What these checks measure, where it is not there. */
const absentProofs: Readonly<Record<string, string>> = {
  Fingerprint: "opened rows beside the reference's",
  TopLocDistance: "TOPLOC proofs beside the reference's values",
  LogProbDrift: 'signed log-probabilities',
}

/** Every check that applies to an answer, with what it measured. */
export function listAnswerLines(input: JudgeInput): BundleLine[] {
  const lines = listFindings(input).flatMap(({ check, finding }): BundleLine[] => {
    const note = finding.result === 'pass' ? '' : sentenceOf(finding.code, finding.evidence)
    const proof = proofFiguresOf(check, input)
    if (proof?.value === null)
      return isExpected(check, input) ? [{ check, against: 'miner', ...proof, finding: 'absent', note: absentProofs[check] ?? '' }] : []
    if (check === 'TopLoc' && !namesProofs(input)) return []
    return [{ check, against: 'miner', ...(proof ?? figuresOf(check, input)), finding: finding.result, note }]
  })
  return input.statistics === null ? lines : [...lines, marginLine(input, input.statistics)]
}

/** Whether there was to be something to measure: otherwise nothing is missing. */
function isExpected(check: string, { exchange: { arrival, ask }, opened = null }: JudgeInput): boolean {
  if (check === 'LogProbDrift') return arrival.kind === 'answer'
  return opened !== null && (check === 'Fingerprint' || ask.assay.toploc !== undefined)
}

function namesProofs({ exchange: { arrival } }: JudgeInput): boolean {
  return arrival.kind === 'answer' && arrival.receipt.toplocDigest !== null
}

/** A margin convicts nobody by itself: it becomes an e-value, and these add up. */
function marginLine({ terms, exchange }: JudgeInput, { margins }: ScoreStatistics): BundleLine {
  const value = meanClippedMargin(margins, terms.marginClip)
  const note = `e-value ${marginEValue(margins, answerBounds(terms, exchange.ask.temperature, classOfOffer(terms, exchange.offers?.[0]))).toPrecision(4)}: above 1 it speaks against the model, over many answers`
  return {
    check: 'Margin',
    against: 'miner',
    value,
    threshold: terms.marginBound,
    finding: value <= terms.marginBound ? 'pass' : 'inconclusive',
    note,
  }
}

function figuresOf(check: string, { exchange, statistics, terms }: JudgeInput): Figures {
  const { arrival, ask } = exchange
  if (check === 'InTime' && arrival.kind !== 'none') return { value: arrival.arrivedBlock, threshold: ask.assay.deadlineBlock }
  if (statistics === null) return { value: null, threshold: null }
  const { endProbabilities, surprisals, margins } = statistics
  if (check === 'Likelihood') return { value: ask.temperature === 0 ? null : likelihoodZ(statistics), threshold: likelihoodBound }
  if (check === 'EndSuppressed') return { value: lnSurvival(endProbabilities, endProbabilities.length), threshold: Math.log(honestEndRate) }
  if (check === 'EndEarly') return { value: -Math.expm1(lnSurvival(endProbabilities, endProbabilities.length)), threshold: honestEndRate }
  if (check !== 'ImpossibleToken') return { value: null, threshold: null }
  const rare = surprisals.filter((nats, index) => (margins[index] ?? 0) >= terms.marginClip && Number.isFinite(nats))
  return { value: rare.reduce((most, nats) => Math.max(most, nats), 0), threshold: impossibleNats }
}
