import { unpackFloats } from '../../../shared/protocol/pack-numbers.ts'
import { classOfOffer } from '../../../shared/subnet/find-class.ts'
import type { ScoredAnswer } from '../checks/answer.ts'
import { answerBounds } from './answer-bounds.ts'
import { answerEValue } from './answer-e-value.ts'

/** The e-value of a judged answer, from all that its checks measured. */
export function eValueOfAnswer({ exchange, terms, arrival, statistics }: ScoredAnswer): number {
  const { margins, logProbs, fingerprint } = statistics
  const stated = unpackFloats(arrival.logProbs)
  return answerEValue(
    {
      margins,
      // Where the reference has no number there is nothing to compare; a stream that was cut off states no log-probabilities.
      ...(fingerprint && { distances: fingerprint.filter(distance => !Number.isNaN(distance)) }),
      ...(stated.length > 0 && { drifts: logProbs.map((own, index) => driftOf(stated[index], own)) }),
    },
    answerBounds(terms, exchange.ask.temperature, classOfOffer(terms, exchange.offers?.[0])),
  )
}

function driftOf(stated: number | undefined, own: number): number {
  const drift = Math.abs((stated ?? Number.NaN) - own)
  return Number.isNaN(drift) ? Number.POSITIVE_INFINITY : drift
}
