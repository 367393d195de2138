import type { LaidTokens } from './lay-tokens.ts'
import { toploc } from './settings.ts'

/** A check as a number over a stream of tokens: the larger, the less honest. */
export interface StreamCheck {
  readonly name: string
  readonly label: string
  /** Fewest tokens that it can say something of. */
  readonly least: number
  /** Whether it can be counted per stochastic token. */
  readonly perToken: boolean
  /** Over the tokens from..to; NaN where the stream shows it nothing. */
  scoreOf(laid: LaidTokens, from: number, to: number): number
}

const meanOf = (read: (laid: LaidTokens) => Float64Array) => (laid: LaidTokens, from: number, to: number) => {
  const values = read(laid)
  let sum = 0
  let count = 0
  for (let at = from; at < to; at++) {
    const value = values[at] ?? Number.NaN
    if (Number.isNaN(value)) continue
    sum += value
    count += 1
  }
  return count === 0 ? Number.NaN : sum / count
}

/** Distances below this are rounding of the projections themselves. */
const leastDistance = 1e-6

/**
 * Geometric mean of the distances. A few rows of every text magnify any rounding some fifty times, an honest miner's like a cheat's, and would carry an arithmetic
 * mean; the typical row is what differs.
 */
function geometricMean({ distances }: LaidTokens, from: number, to: number): number {
  let sum = 0
  for (let at = from; at < to; at++) sum += Math.log((distances[at] ?? Number.NaN) + leastDistance)
  return Math.exp(sum / (to - from))
}

/** Least variance of a token's surprise in units of its entropy, as the validator's own check has it. */
const varianceOfEntropy = 4

/** |z| of the likelihood check over a stream: mean(-ln p - H) over its standard error. */
function likelihoodOf({ excess, entropies }: LaidTokens, from: number, to: number): number {
  let [sum, squares, entropy, count] = [0, 0, 0, 0]
  for (let at = from; at < to; at++) {
    const value = excess[at] ?? Number.NaN
    if (Number.isNaN(value)) continue
    sum += value
    squares += value * value
    entropy += entropies[at] ?? 0
    count += 1
  }
  // Tokens that could not be drawn have no likelihood; a stream of such tokens alone is for the margin.
  if (count < 2) return 0
  const mean = sum / count
  const variance = Math.max((squares - count * mean * mean) / (count - 1), (varianceOfEntropy * entropy) / count)
  return variance > 0 ? Math.abs(mean) / Math.sqrt(variance / count) : 0
}

/** A stream without any end shows nothing of ends: as unsuspicious as can be. */
function endOf(laid: LaidTokens, from: number, to: number): number {
  const mean = meanOf(({ ends }) => ends)(laid, from, to)
  return Number.isNaN(mean) ? 0 : mean
}

export const tokenChecks: readonly StreamCheck[] = [
  { name: 'margin', label: 'seeded margin', least: 1, perToken: true, scoreOf: meanOf(({ margins }) => margins) },
  { name: 'likelihood', label: 'likelihood', least: 8, perToken: true, scoreOf: likelihoodOf },
  { name: 'end', label: 'ends', least: 1, perToken: false, scoreOf: endOf },
]

export const proofChecks: readonly StreamCheck[] = [
  { name: 'fingerprint', label: 'fingerprint', least: 1, perToken: true, scoreOf: geometricMean },
  { name: 'toploc', label: 'TOPLOC', least: toploc.chunkRows, perToken: false, scoreOf: meanOf(({ chunks }) => chunks) },
  { name: 'log-probs', label: 'log-probability drift', least: 1, perToken: true, scoreOf: meanOf(({ drifts }) => drifts) },
]

/** The scores of all disjoint streams of n tokens; none where the check needs more tokens or is shown nothing. */
export function streamScores(laid: LaidTokens, check: StreamCheck, n: number): Float64Array {
  if (n < check.least) return new Float64Array()
  const scores = Float64Array.from({ length: Math.floor(laid.count / n) }, (_, stream) => check.scoreOf(laid, stream * n, (stream + 1) * n))
  return scores.some(Number.isNaN) ? new Float64Array() : scores
}
