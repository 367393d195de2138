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

/** A check whose e-value is a part of an answer's. */
export type StatisticalCheck = keyof CheckWeights

export const statisticalChecks = ['margin', 'fingerprint', 'logProb'] as const satisfies readonly StatisticalCheck[]

/** The e-value of each check that was made. */
export type EValueParts = Readonly<Partial<Record<StatisticalCheck, number>>>

/** How far honest answers may be from the reference; a check without a bound does not count. */
export interface AnswerBounds extends MarginBounds {
  readonly fingerprintBound?: number
  readonly logProbBound?: number
  readonly checkWeights?: CheckWeights
}

export const usualWeights: CheckWeights = { margin: 0.4, fingerprint: 0.4, logProb: 0.2 }

/** The e-value of each check of an answer by itself; a check without a measure or a bound is left out. */
export function answerEValueParts({ margins, distances, drifts }: AnswerMeasures, bounds: AnswerBounds): EValueParts {
  const { fingerprintBound, logProbBound } = bounds
  return {
    margin: marginEValue(margins, bounds),
    ...(distances !== undefined && fingerprintBound !== undefined && { fingerprint: fingerprintEValue(distances, { fingerprintBound }) }),
    ...(drifts !== undefined && logProbBound !== undefined && { logProb: logProbEValue(drifts, { logProbBound }) }),
  }
}

/**
 * The e-value of an answer: the mean of its checks' e-values with weights that were fixed before it, since checks of one answer depend
 * on each other and only a mean of dependent e-values is one. A check that was not made, or is suspended, counts as 1.
 */
export function combineEValues(
  parts: EValueParts,
  weights: CheckWeights = usualWeights,
  suspended: readonly StatisticalCheck[] = [],
): number {
  const used = statisticalChecks.flatMap((check): Array<readonly [weight: number, eValue: number]> => {
    const eValue = parts[check]
    return eValue === undefined || suspended.includes(check) ? [] : [[weights[check], eValue]]
  })
  const share = used.reduce((sum, [weight]) => sum + weight, 0)
  return Math.min(
    largestEValue,
    used.reduce((sum, [weight, eValue]) => sum + weight * eValue, 1 - share),
  )
}

/** The e-value of an answer from what was measured: see combineEValues. */
export function answerEValue(measures: AnswerMeasures, bounds: AnswerBounds): number {
  return combineEValues(answerEValueParts(measures, bounds), bounds.checkWeights)
}
