import type { StatedVerdict } from '../../shared/protocol/verdict-statement.ts'
import type { SubnetModel } from '../../shared/subnet/subnet-file.ts'
import { combineEValues, type StatisticalCheck, statisticalChecks } from '../verification/evidence/answer-e-value.ts'
import { partsOfVerdict, suspensionOf } from '../verification/evidence/suspend-checks.ts'
import type { Verdict } from '../verification/verdict.ts'
import type { BundleLine } from './bundle-report.ts'
import { compareEValues, speaksAgainst } from './compare-e-values.ts'

/** Two reference runs of one model, as the same answer's judge reads them. */
export interface TwoRuns {
  readonly signed: StatedVerdict
  readonly reached: Verdict
  readonly terms: SubnetModel
  /** Whether the engine here can show the rows behind an answer. */
  readonly showsRows: boolean
}

/** Where a subnet file has no bound of its own: far above the rounding of any machine. */
const uncalibrated = { distance: 0.01, toploc: 8, likelihoodZ: 1 } as const

/** And of what both say: the rounding of tokens that are far off is in proportion. */
const relative = 0.05

const eValueLines = { margin: 'MarginEValue', fingerprint: 'FingerprintEValue', logProb: 'LogProbEValue' } as const

/**
 * Holds every figure and e-value that the validator signed against those of the reference run made here. Both are of the same model, so
 * that figures may be apart by as much as an honest miner's may be from 0 and a twentieth more, and e-values as compareEValues has it.
 */
export function listReferenceLines(runs: TwoRuns): BundleLine[] {
  const { signed, reached } = runs
  if (signed.eValue === null && reached.eValue === null) return []
  if (signed.eValue === null || reached.eValue === null) {
    const note = `signed: ${signed.eValue ?? 'none'}, here: ${reached.eValue ?? 'none'}`
    return [{ check: 'EValue', against: 'validator', value: null, threshold: null, finding: 'fail', note }]
  }
  return [...figureLines(runs), ...statisticalChecks.flatMap(check => partLines(check, runs)), ...answerLines(runs, signed.eValue)]
}

function figureLines({ signed, reached, terms, showsRows }: TwoRuns): BundleLine[] {
  const { bounds, proofBounds } = terms
  const toploc = proofBounds?.toploc
  const figures: readonly (readonly [check: string, figure: string, what: string, bound: number])[] = [
    ['Reference', 'margin', 'mean margins', terms.marginBound],
    [
      'ReferenceFingerprint',
      'fingerprint',
      'mean distances of the rows',
      proofBounds?.fingerprint ?? bounds?.fingerprintBound ?? uncalibrated.distance,
    ],
    [
      'ReferenceLogProb',
      'logProbDrift',
      'log-probability drifts',
      proofBounds?.logProbDrift ?? bounds?.logProbBound ?? uncalibrated.distance,
    ],
    ['ReferenceTopLocExponents', 'toplocExponents', 'TOPLOC exponent mismatches', toploc?.exponentMismatches ?? uncalibrated.toploc],
    ['ReferenceTopLocMean', 'toplocMantissaMean', 'TOPLOC mantissa means', toploc?.mantissaMean ?? uncalibrated.toploc],
    ['ReferenceTopLocMedian', 'toplocMantissaMedian', 'TOPLOC mantissa medians', toploc?.mantissaMedian ?? uncalibrated.toploc],
    ['ReferenceLikelihood', 'likelihoodZ', 'likelihood scores', uncalibrated.likelihoodZ],
  ]
  return figures.flatMap(([check, figure, what, bound]): BundleLine[] => {
    const [theirs, ours] = [signed.evidence[figure], reached.evidence[figure]]
    // Left out of the evidence it counts for nothing, and its e-value is looked at by itself.
    if (typeof theirs !== 'number') return []
    if (typeof ours !== 'number') return [unmatched(check, theirs, !showsRows && isOfRows(figure))]
    const value = Math.abs(theirs - ours)
    const threshold = bound + relative * Math.min(Math.abs(theirs), Math.abs(ours))
    const note = `distance of the ${what} of the validator's reference run (${show(theirs)}) and of this one (${show(ours)})`
    return [{ check, against: 'validator', value, threshold, finding: value <= threshold ? 'pass' : 'fail', note }]
  })
}

function isOfRows(figure: string): boolean {
  return figure === 'fingerprint' || figure.startsWith('toploc')
}

function partLines(part: StatisticalCheck, { signed, reached, showsRows }: TwoRuns): BundleLine[] {
  const check = eValueLines[part]
  const [theirs, ours] = [partsOfVerdict(signed)[part], partsOfVerdict(reached)[part]]
  if (theirs === undefined) {
    // A check that is left out counts as 1, which favours only a miner against which it speaks.
    if (ours === undefined || !speaksAgainst(ours)) return []
    const note = `the validator left it out; here it is ${show(ours)}, against the miner`
    return [{ check, against: 'validator', value: null, threshold: null, finding: 'fail', note }]
  }
  // Unchecked is what favours the miner or says nothing; no conviction follows from what nobody with this model can measure.
  if (ours === undefined) return [unmatched(check, theirs, !showsRows && part === 'fingerprint' && !speaksAgainst(theirs))]
  return [compared(check, theirs, ours)]
}

function answerLines({ signed, reached, terms }: TwoRuns, eValue: number): BundleLine[] {
  const [theirs, ours] = [partsOfVerdict(signed), partsOfVerdict(reached)]
  const weights = terms.bounds?.checkWeights
  const suspended = suspensionOf(signed.evidence)?.checks
  // Like with like: what the validator left out is left out, and what cannot be measured here, which its own line tells, is taken from it.
  const comparable = Object.fromEntries(
    statisticalChecks.flatMap(check => (theirs[check] === undefined ? [] : [[check, ours[check] ?? theirs[check]]])),
  )
  const sum = combineEValues(theirs, weights, suspended)
  const isSum = Math.abs(sum - eValue) <= 1e-9 * eValue
  const isSameStream = signed.stream === reached.stream
  return [
    {
      ...{ check: 'EValueParts', against: 'validator', value: eValue, threshold: sum, finding: isSum ? 'pass' : 'fail' },
      note: "the signed e-value is the weighted mean of its checks' e-values",
    },
    {
      ...{ check: 'EValueStream', against: 'validator', value: null, threshold: null, finding: isSameStream ? 'pass' : 'fail' },
      note: `the e-value counts for ${signed.stream ?? 'no stream'}${isSameStream ? '' : `, expected ${reached.stream ?? 'none'}`}`,
    },
    compared('EValue', eValue, combineEValues(comparable, weights, suspended)),
  ]
}

function compared(check: string, theirs: number, ours: number): BundleLine {
  const { apart, tolerance } = compareEValues(theirs, ours)
  const note = `powers of ten between the signed e-value (${show(theirs)}) and that of this reference run (${show(ours)})`
  return { check, against: 'validator', value: apart, threshold: tolerance, finding: apart <= tolerance ? 'pass' : 'fail', note }
}

/** A signed number beside which nothing was measured here: unchecked where this engine cannot, and otherwise there was nothing to measure. */
function unmatched(check: string, theirs: number, cannot: boolean): BundleLine {
  const base = { check, against: 'validator', value: theirs, threshold: null } as const
  return cannot
    ? { ...base, finding: 'absent', note: `the engine here shows no rows, so the validator's ${show(theirs)} is unchecked` }
    : { ...base, finding: 'fail', note: `the validator signed ${show(theirs)}, and here there is nothing to measure` }
}

function show(value: number): string {
  return value.toPrecision(4)
}
