import type { Finding } from '../verdict.ts'
import type { ScoredAnswer } from './answer.ts'
import { inconclusive, pass } from './finding.ts'

/** Honest answers give rise to each of the two records at most this often. */
export const honestEndRate = 1e-4

/** ln of the probability of not ending at any of the first `count` places: the sum of ln(1 - p_end). */
export function lnSurvival(endProbabilities: ArrayLike<number>, count: number): number {
  let sum = 0
  for (let place = 0; place < count; place++) sum += Math.log1p(-Math.min(1, endProbabilities[place] ?? 0))
  return Math.max(sum, -1e6)
}

/**
 * An answer that went on to its limit was likely to. The probability of surviving so long is at or below a with
 * probability at most a for an honest answer (it falls with every place, and the ending is drawn against it), so one in 10,000 honest answers is recorded.
 */
export function checkEndSuppressed({ statistics, tokenIds, model }: ScoredAnswer): Finding {
  const last = tokenIds.at(-1)
  if (last !== undefined && model.eosIds.has(last)) return pass
  const lnP = lnSurvival(statistics.endProbabilities, statistics.endProbabilities.length)
  return lnP > Math.log(honestEndRate) ? pass : inconclusive('VERIFY_END_SUPPRESSED', { lnP })
}

/**
 * An answer that ended had some chance to have ended by then. Ending while that chance is still at or below a has probability at most a
 * for an honest answer (the sum of the hazards up to there), so one in 10,000 honest answers is recorded.
 */
export function checkEndEarly({ statistics, tokenIds, model, exchange }: ScoredAnswer): Finding {
  const last = tokenIds.at(-1)
  if (exchange.ask.temperature === 0 || last === undefined || !model.eosIds.has(last)) return pass
  const p = -Math.expm1(lnSurvival(statistics.endProbabilities, statistics.endProbabilities.length))
  return p > honestEndRate ? pass : inconclusive('VERIFY_END_EARLY', { p })
}
