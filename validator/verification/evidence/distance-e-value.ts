import { betOnRatios } from './bet-on-ratios.ts'

/** How a distance becomes a ratio: phi(d) = min(largest, (d / bound)^power). */
export interface DistanceLaw {
  readonly power: 2 | 4
  readonly largest: number
}

/**
 * The fourth power is about what the likelihood ratio of a coarser model comes to. A few rows of every text magnify rounding, so honest
 * distances have a tail, of about the third power: the ratio ends at four times the bound, so that nothing is bet on the tail itself.
 */
export const fingerprintLaw: DistanceLaw = { power: 4, largest: 300 }

/** Log-probabilities of neighbouring tokens err together now and then, so less is staked on them. */
export const logProbLaw: DistanceLaw = { power: 2, largest: 100 }

/** phi of one distance; one that is not finite counts as the largest. */
export function distanceRatio(distance: number, bound: number, { power, largest }: DistanceLaw): number {
  const share = distance / bound
  return Math.min(largest, power === 2 ? share * share : share * share * share * share)
}

/**
 * The e-value of an answer's distances to the reference, row after row: bets on phi(d_t). An e-value while the mean of phi over an honest
 * miner's rows is at most 1, whatever came before them. The rounding of one machine is the same for the same text, so this rests on
 * the text being new; the bound is therefore set where the mean of phi is at most a tenth for every accepted variant, and rows that are
 * ten times as bad as those calibrated still prove nothing.
 */
export function distanceEValue(distances: ArrayLike<number>, bound: number, law: DistanceLaw): number {
  return betOnRatios(Float64Array.from(distances, distance => distanceRatio(distance, bound, law)))
}

/** The e-value of opened fingerprints: relative distances [rows] of the projections, see fingerprintDistances. */
export function fingerprintEValue(distances: ArrayLike<number>, { fingerprintBound }: { readonly fingerprintBound: number }): number {
  return distanceEValue(distances, fingerprintBound, fingerprintLaw)
}

/** The e-value of log-probabilities: |stated - reference| [tokens] in nats. */
export function logProbEValue(drifts: ArrayLike<number>, { logProbBound }: { readonly logProbBound: number }): number {
  return distanceEValue(drifts, logProbBound, logProbLaw)
}
