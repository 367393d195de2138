import type { ScoreStatistics } from '../../../shared/engine/engine-port.ts'
import type { Finding } from '../verdict.ts'
import type { ScoredAnswer } from './answer.ts'
import { inconclusive, pass } from './finding.ts'

/** Two-sided bound on z, one in 10,000 for a normal z. */
const bound = 3.89
const fewestTokens = 8

/**
 * How far the answer's surprise is from what the model expects: z = mean(-ln p - H) / (sd / sqrt(n)), H the entropy of each place.
 * Null for greedy answers and for fewer than eight tokens that the distribution could yield.
 */
export function likelihoodZ({ surprisals, entropies }: ScoreStatistics): number | null {
  const excess: number[] = []
  surprisals.forEach((surprisal, index) => {
    const value = surprisal - (entropies[index] ?? 0)
    if (Number.isFinite(value)) excess.push(value)
  })
  if (excess.length < fewestTokens) return null
  const mean = excess.reduce((a, b) => a + b, 0) / excess.length
  const variance = excess.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (excess.length - 1)
  return variance > 0 ? mean / Math.sqrt(variance / excess.length) : null
}

/**
 * The answer is about as likely as answers of the model are. Never more than a record: z is only roughly normal on short, skewed
 * answers, so its honest rate beyond 3.89 is some per cent of some per cent, not the 1e-4 of the table; conviction is the margin's business.
 */
export function checkLikelihood({ statistics, exchange }: ScoredAnswer): Finding {
  const z = exchange.ask.temperature === 0 ? null : likelihoodZ(statistics)
  return z === null || Math.abs(z) <= bound ? pass : inconclusive('VERIFY_LIKELIHOOD', { z })
}
