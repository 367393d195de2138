import type { AcceptedClass } from '../../../shared/subnet/accepted-class.ts'
import type { SubnetModel } from '../../../shared/subnet/subnet-file.ts'
import { distanceBound } from '../../../validator/verification/calibration/distance-bound.ts'
import { answerBounds } from '../../../validator/verification/evidence/answer-bounds.ts'
import { type AnswerBounds, answerEValue } from '../../../validator/verification/evidence/answer-e-value.ts'
import { type DistanceLaw, fingerprintLaw, logProbLaw } from '../../../validator/verification/evidence/distance-e-value.ts'
import type { AnswerSample } from './answer-sample.ts'
import { temperature } from './settings.ts'

/** What an answer's evidence is made of: its tokens alone, or with them what its miner opened and stated. */
export type EvidenceOf = 'tokens' | 'proofs'

/** The bounds of the subnet file for a class; for a check that it does not bound, what calibrating on the honest answers given here, variant by variant, makes of it. */
export function boundsOf(terms: SubnetModel, variants: readonly (readonly AnswerSample[])[], held?: AcceptedClass): AnswerBounds {
  const fromFile = answerBounds(terms, temperature, held)
  const worst = (valuesOf: (sample: AnswerSample) => number[], law: DistanceLaw) =>
    Math.max(...variants.map(samples => distanceBound(samples.flatMap(valuesOf), law)))
  return {
    ...fromFile,
    fingerprintBound: fromFile.fingerprintBound ?? worst(({ distances }) => [...distances], fingerprintLaw),
    logProbBound: fromFile.logProbBound ?? worst(({ drifts }) => Array.from(drifts, Math.log1p), logProbLaw),
  }
}

/** The one place where this bench meets the validator's e-values: that of an answer, cut to its first tokens. */
export function eValueOf({ margins, distances, drifts }: AnswerSample, cut: number, of: EvidenceOf, bounds: AnswerBounds): number {
  const seen = { margins: margins.subarray(0, cut) }
  if (of === 'tokens') return answerEValue(seen, bounds)
  const proofs = distances.length > 0 && { distances: distances.subarray(0, cut) }
  return answerEValue({ ...seen, ...proofs, drifts: Float64Array.from(drifts.subarray(0, cut), Math.log1p) }, bounds)
}
