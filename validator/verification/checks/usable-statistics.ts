import type { ScoreStatistics } from '../../../shared/engine/engine-port.ts'
import type { ReferenceStatistics } from '../reference-statistics.ts'

/**
 * What can be judged of a reference run's statistics, or why nothing can. A value that is no number is our own fault and voids
 * the answer, with one exception: after a token that no honest miner chooses (margin at the clip) the miner led the reference
 * there, and what follows counts as clipped. Otherwise a miner could buy voids with token sequences that upset a reference.
 */
export function usableStatistics(
  statistics: ReferenceStatistics,
  tokens: number,
  marginClip: number,
): { readonly statistics: ReferenceStatistics } | { readonly problem: string } {
  const { margins, logProbs, entropies, surprisals, endProbabilities } = statistics
  for (const [name, values] of Object.entries({ margins, logProbs, entropies, surprisals, endProbabilities }))
    if (values.length !== tokens) return { problem: `${values.length} ${name} for ${tokens} tokens` }
  const broken = margins.findIndex((_, index) => !isSound(statistics, index))
  if (broken < 0) return { statistics }
  if (!margins.subarray(0, broken).some(margin => margin >= marginClip)) return { problem: `no number at token ${broken}` }
  const { fingerprint, topLoc } = statistics
  return {
    statistics: {
      // Of rows that hold no number their measure leaves them out by itself.
      ...(fingerprint && { fingerprint }),
      ...(topLoc && { topLoc }),
      margins: Float64Array.from(margins, (margin, index) => (index < broken ? margin : Number.POSITIVE_INFINITY)),
      logProbs: logProbs.slice(0, broken),
      entropies: entropies.slice(0, broken),
      surprisals: surprisals.slice(0, broken),
      endProbabilities: endProbabilities.slice(0, broken),
    },
  }
}

// Infinities are sound where a token cannot be chosen: masked out by top-k, or of a logit of -Infinity.
function isSound({ margins, logProbs, entropies, surprisals, endProbabilities }: ScoreStatistics, index: number): boolean {
  const end = endProbabilities[index] ?? Number.NaN
  return (
    (margins[index] ?? Number.NaN) >= 0 &&
    (logProbs[index] ?? Number.NaN) <= 1e-6 &&
    Number.isFinite(entropies[index]) &&
    (surprisals[index] ?? Number.NaN) >= -1e-6 &&
    end >= 0 &&
    end <= 1 + 1e-6
  )
}
