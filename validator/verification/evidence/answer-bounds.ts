import type { SubnetModel } from '../../../shared/subnet/subnet-file.ts'
import type { AnswerBounds } from './answer-e-value.ts'

/** The bounds of a model for an answer at a temperature: greedy answers have a slack instead of fresh noise. */
export function answerBounds({ marginBound, marginClip, bounds }: SubnetModel, temperature: number): AnswerBounds {
  if (bounds === undefined) return { marginBound, marginClip }
  const { greedySlack, fingerprintBound, logProbBound, checkWeights } = bounds
  return { marginBound, marginClip, fingerprintBound, logProbBound, checkWeights, marginSlack: temperature === 0 ? greedySlack : 0 }
}
