import { largestEValue } from './bet-on-ratios.ts'
import { fingerprintEValue, logProbEValue } from './distance-e-value.ts'
import { type MarginBounds, marginEValue } from './margin-e-value.ts'

/** What the checks of one answer measured; what was not measured is left out. */
export interface AnswerMeasures {
  readonly margins: ArrayLike<number>
  /** Relative distances of opened projections, one a row; Infinity for one that is no number. */
  readonly distances?: ArrayLike<number>
  /** |stated - reference| log-probability of each token in nats; Infinity for one that is no number. */
  readonly drifts?: ArrayLike<number>
}

/** Share of each check in an answer's e-value; at most 1 together. */
export interface CheckWeights {
  readonly margin: number
  readonly fingerprint: number
  readonly logProb: number
}

/** How far honest answers may be from the reference; a check without a bound does not count. */
export interface AnswerBounds extends MarginBounds {
  readonly fingerprintBound?: number
  readonly logProbBound?: number
  readonly checkWeights?: CheckWeights
}

export const usualWeights: CheckWeights = { margin: 0.4, fingerprint: 0.4, logProb: 0.2 }

/**
 * The e-value of an answer: the mean of its checks' e-values with weights that were fixed before it, since checks of one answer depend
 * on each other and only a mean of dependent e-values is one. A check that was not made counts as 1.
 */
export function answerEValue({ margins, distances, drifts }: AnswerMeasures, bounds: AnswerBounds): number {
  const { fingerprintBound, logProbBound, checkWeights = usualWeights } = bounds
  const parts: Array<readonly [weight: number, eValue: number]> = [[checkWeights.margin, marginEValue(margins, bounds)]]
  if (distances !== undefined && fingerprintBound !== undefined)
    parts.push([checkWeights.fingerprint, fingerprintEValue(distances, { fingerprintBound })])
  if (drifts !== undefined && logProbBound !== undefined) parts.push([checkWeights.logProb, logProbEValue(drifts, { logProbBound })])
  const used = parts.reduce((sum, [weight]) => sum + weight, 0)
  return Math.min(
    largestEValue,
    parts.reduce((sum, [weight, eValue]) => sum + weight * eValue, 1 - used),
  )
}
