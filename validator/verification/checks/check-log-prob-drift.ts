import { unpackFloats } from '../../../shared/protocol/pack-numbers.ts'
import type { Finding } from '../verdict.ts'
import type { ScoredAnswer } from './answer.ts'
import { inconclusive, pass } from './finding.ts'

/** exp(median |d|) - 1 over the tokens, d the difference of two natural log-probabilities: by how much the typical probability differs; at most 1e6. Null where there is nothing to compare. */
export function logProbDrift(signed: ArrayLike<number>, own: ArrayLike<number>): number | null {
  const apart: number[] = []
  for (let place = 0; place < Math.min(signed.length, own.length); place++) {
    const difference = Math.abs((signed[place] ?? Number.NaN) - (own[place] ?? Number.NaN))
    // Both minus infinity, or no number of ours: nothing is told.
    if (!Number.isNaN(difference)) apart.push(difference)
  }
  if (apart.length === 0) return null
  apart.sort((a, b) => a - b)
  const upper = apart[apart.length >> 1] ?? 0
  const median = apart.length % 2 === 1 ? upper : (upper + (apart[(apart.length >> 1) - 1] ?? 0)) / 2
  return Math.min(1e6, Math.expm1(median))
}

/** Of an answer: its signed log-probabilities against the reference's; null for a stream that was cut off, which states none. */
export function driftOf({ arrival, statistics }: Pick<ScoredAnswer, 'arrival' | 'statistics'>): number | null {
  return logProbDrift(unpackFloats(arrival.logProbs), statistics.logProbs)
}

/** The miner's log-probabilities are those of the model, as far as honest machines agree. A record, and a number for the evidence; no conviction by itself: who runs the true model over a cheap one's text passes. */
export function checkLogProbDrift(answer: ScoredAnswer): Finding {
  const drift = driftOf(answer)
  const bound = answer.terms.proofBounds?.logProbDrift
  return drift === null || bound === undefined || drift <= bound ? pass : inconclusive('VERIFY_LOGPROB_DRIFT', { drift, bound })
}
