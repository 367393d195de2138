import { unpackFloats } from '../../../shared/protocol/pack-numbers.ts'
import type { AcceptedClass } from '../../../shared/subnet/accepted-class.ts'
import { classOfOffer } from '../../../shared/subnet/find-class.ts'
import type { ScoredAnswer } from '../checks/answer.ts'
import { answerBounds, widestBounds } from './answer-bounds.ts'
import { answerEValueParts, combineEValues, type EValueParts } from './answer-e-value.ts'

/** The e-value of a judged answer, from all that its checks measured, and those of its checks. */
export function eValueOfAnswer({ exchange, terms, arrival, statistics }: ScoredAnswer): { eValue: number; parts: EValueParts } {
  const { margins, logProbs, fingerprint } = statistics
  const stated = unpackFloats(arrival.logProbs)
  const { temperature } = exchange.ask
  const held = heldClass({ exchange, arrival, terms })
  const bounds = held === null ? widestBounds(terms, temperature) : answerBounds(terms, temperature, held)
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

/** The class that the miner itself stated, under the offer that the receipt names; null where that is not known here, or accepted by nobody. */
function heldClass({ exchange, arrival, terms }: Pick<ScoredAnswer, 'exchange' | 'arrival' | 'terms'>): AcceptedClass | null {
  const standing = exchange.offers?.[0]
  if (standing === undefined && arrival.receipt.offerDigest !== null) return null
  return classOfOffer(terms, standing)
}

function driftOf(stated: number | undefined, own: number): number {
  const drift = Math.abs((stated ?? Number.NaN) - own)
  return Number.isNaN(drift) ? Number.POSITIVE_INFINITY : drift
}
