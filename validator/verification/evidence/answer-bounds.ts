import type { AcceptedClass } from '../../../shared/subnet/accepted-class.ts'
import type { SubnetModel } from '../../../shared/subnet/subnet-file.ts'
import type { AnswerBounds } from './answer-e-value.ts'

/**
 * The bounds of a model for an answer at a temperature, in the class that the miner is held to, where that has bounds of its own; greedy
 * answers have a slack instead of fresh noise.
 */
export function answerBounds(
  { marginBound, marginClip, bounds }: SubnetModel,
  temperature: number,
  held?: AcceptedClass | null,
): AnswerBounds {
  const own = held?.bounds
  if (bounds === undefined) return { marginBound: own?.marginBound ?? marginBound, marginClip }
  const { greedySlack, fingerprintBound, logProbBound } = own ?? bounds
  return {
    ...{ marginBound: own?.marginBound ?? marginBound, marginClip, fingerprintBound, logProbBound },
    ...{ checkWeights: bounds.checkWeights, marginSlack: temperature === 0 ? greedySlack : 0 },
  }
}

/** The widest bounds of any class: for an answer whose class is not known, which nobody pays. */
export function widestBounds(terms: SubnetModel, temperature: number): AnswerBounds {
  const all = [undefined, ...(terms.classes ?? [])].map(held => answerBounds(terms, temperature, held))
  const widest = (name: 'marginBound' | 'marginSlack' | 'fingerprintBound' | 'logProbBound') =>
    all.reduce((most, bounds) => Math.max(most, bounds[name] ?? 0), 0)
  const bounds = answerBounds(terms, temperature)
  if (bounds.fingerprintBound === undefined) return { ...bounds, marginBound: widest('marginBound') }
  return {
    ...bounds,
    ...{ marginBound: widest('marginBound'), marginSlack: widest('marginSlack') },
    ...{ fingerprintBound: widest('fingerprintBound'), logProbBound: widest('logProbBound') },
  }
}
