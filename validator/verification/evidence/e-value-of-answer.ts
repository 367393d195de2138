import { unpackFloats } from '../../../shared/protocol/pack-numbers.ts'
import { classOfOffer } from '../../../shared/subnet/find-class.ts'
import type { ScoredAnswer } from '../checks/answer.ts'
import { answerBounds } from './answer-bounds.ts'
import { answerEValueParts, combineEValues, type EValueParts } from './answer-e-value.ts'

/** The e-value of a judged answer, from all that its checks measured, and those of its checks. */
export function eValueOfAnswer({ exchange, terms, arrival, statistics }: ScoredAnswer): { eValue: number; parts: EValueParts } {
  const { margins, logProbs, fingerprint } = statistics
  const stated = unpackFloats(arrival.logProbs)
  const bounds = answerBounds(terms, exchange.ask.temperature, classOfOffer(terms, exchange.offers?.[0]))
  const parts = answerEValueParts(
    {
      margins,
      // Where the reference has no number there is nothing to compare; a stream that was cut off states no log-probabilities.
      ...(fingerprint && { distances: fingerprint.filter(distance => !Number.isNaN(distance)) }),
      ...(stated.length > 0 && { drifts: logProbs.map((own, index) => driftOf(stated[index], own)) }),
    },
    bounds,
  )
  return { eValue: combineEValues(parts, bounds.checkWeights), parts }
}

function driftOf(stated: number | undefined, own: number): number {
  const drift = Math.abs((stated ?? Number.NaN) - own)
  return Number.isNaN(drift) ? Number.POSITIVE_INFINITY : drift
}
