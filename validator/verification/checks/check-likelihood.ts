import type { ScoreStatistics } from '../../../shared/engine/engine-port.ts'
import type { Finding } from '../verdict.ts'
import type { ScoredAnswer } from './answer.ts'
import { inconclusive, pass } from './finding.ts'

/** Two-sided bound on z, one in 10,000 for a normal z. */
export const likelihoodBound = 3.89
const fewestTokens = 8

/** Least variance of a token's surprise, in units of its entropy: answers without any rare token show too little of it themselves. */
const varianceOfEntropy = 4

/**
 * How far the answer's surprise is from what the model expects: z = mean(-ln p - H) / sqrt(v / n), H the entropy of each place and v the
 * larger of the observed variance and four times the mean entropy. Null for greedy answers and for fewer than eight tokens that
 * the distribution could yield.
 */
export function likelihoodZ({ surprisals, entropies }: ScoreStatistics): number | null {
  const excess: number[] = []
  let entropy = 0
  surprisals.forEach((surprisal, index) => {
    const expected = entropies[index] ?? 0
    if (!Number.isFinite(surprisal)) return
    excess.push(surprisal - expected)
    entropy += expected
  })
  if (excess.length < fewestTokens) return null
  const mean = excess.reduce((a, b) => a + b, 0) / excess.length
  const observed = excess.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (excess.length - 1)
  const variance = Math.max(observed, (varianceOfEntropy * entropy) / excess.length)
  return variance > 0 ? mean / Math.sqrt(variance / excess.length) : null
}

/**
 * The answer is about as likely as answers of the model are. Never more than a record: z is only roughly normal on short, skewed
 * answers, and an honest miner may exceed 3.89 more often than the 1e-4 of the normal table (none of 310 answers of the tiny model did).
 * Conviction is the business of the margin.
 */
export function checkLikelihood({ statistics, exchange }: ScoredAnswer): Finding {
  const z = exchange.ask.temperature === 0 ? null : likelihoodZ(statistics)
  return z === null || Math.abs(z) <= likelihoodBound ? pass : inconclusive('VERIFY_LIKELIHOOD', { z })
}
