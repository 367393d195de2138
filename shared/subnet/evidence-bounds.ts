import { type Static, Type } from 'typebox'

const positive = Type.Number({ exclusiveMinimum: 0 })
const share = Type.Number({ minimum: 0, maximum: 1 })
const strict = { additionalProperties: false } as const

const distances = {
  /** Largest margin of an honest greedy answer, in logits: there a near tie repeats itself, so it counts for nothing. */
  greedySlack: Type.Number({ minimum: 0 }),
  /** Relative distance of a row's projection at which it begins to speak against the miner. */
  fingerprintBound: positive,
  /** Distance in nats of a stated log-probability at which it begins to. */
  logProbBound: positive,
}

/** How far honest answers of a model may be from the reference, beyond their margins, and what each check weighs. */
export const EvidenceBounds = Type.Object(
  {
    ...distances,
    /** Share of each check in an answer's e-value; at most 1 together. */
    checkWeights: Type.Object({ margin: share, fingerprint: share, logProb: share }, strict),
  },
  strict,
)
export type EvidenceBounds = Static<typeof EvidenceBounds>

/** The same of one class of a model, its margins too. */
export const ClassBounds = Type.Object({ marginBound: positive, ...distances }, strict)
export type ClassBounds = Static<typeof ClassBounds>

/** Shares are decimal fractions: their sum may be above 1 by rounding alone. */
const rounding = 1e-9

/** Why an answer's e-value would not be one under these weights, in words; null where it is. More than 1 together gives negative ones, which cannot be settled. */
export function findWeightProblem(bounds: EvidenceBounds | undefined): string | null {
  if (bounds === undefined) return null
  const { margin, fingerprint, logProb } = bounds.checkWeights
  const sum = margin + fingerprint + logProb
  return sum > 1 + rounding
    ? `margin ${margin}, fingerprint ${fingerprint} and logProb ${logProb} are ${sum} together; at most 1 is allowed`
    : null
}
