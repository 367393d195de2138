import { countBelow } from './roc.ts'

/** Keeps scores of zero comparable: smaller than any score that means something. */
const grain = 1e-6

/** A check's honest scores, in the order of the streams and in ascending order. */
export interface NullScores {
  readonly scores: Float64Array
  readonly sorted: Float64Array
}

/**
 * Several checks of the same streams as one: -ln of the smallest of the checks' rates, each the share of honest streams that score at least
 * as much. `isHonest` says whether the streams are the honest ones themselves, which count among those.
 * A score above all N honest ones has the rate (largest honest score / score) / (N + 1), so that streams stay ordered where nothing is left to
 * compare with. Honest streams pay for every check that might have raised an alarm, since their combined scores are compared with again.
 */
export function combineChecks(
  checks: readonly { readonly honest: NullScores; readonly scores: Float64Array }[],
  isHonest: boolean,
): Float64Array {
  const best = new Float64Array(checks[0]?.scores.length ?? 0).fill(Number.NEGATIVE_INFINITY)
  for (const { honest, scores } of checks)
    for (let index = 0; index < best.length; index++)
      best[index] = Math.max(best[index] ?? 0, -Math.log(rateOf(honest.sorted, scores[index] ?? 0, isHonest)))
  return best
}

function rateOf(sorted: Float64Array, score: number, isHonest: boolean): number {
  const reached = sorted.length - countBelow(sorted, score)
  if (isHonest) return reached / sorted.length
  if (reached > 0) return (reached + 1) / (sorted.length + 1)
  return ((sorted.at(-1) ?? 0) + grain) / (score + grain) / (sorted.length + 1)
}
