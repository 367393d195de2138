import { AssayError } from '../errors/assay-error.ts'
import { isKept, type TopKMask } from './top-k-mask.ts'

/** A row of logits as a distribution: probability of v = exp((l_v - max) / T) / sum over the kept tokens. */
export interface RowDistribution {
  readonly temperature: number
  readonly mask: TopKMask | undefined
  readonly max: number
  readonly sum: number
  /** In nats. */
  readonly entropy: number
}

// Terms below e^-60 of the largest change no digit of a sum that is at least 1.
const negligible = -60

/** Sums up a row at a temperature above 0; throws ENGINE_LOGITS where a logit is not a number. */
export function distributionOf(row: Float32Array, temperature: number, mask: TopKMask | undefined, position: number): RowDistribution {
  const distribution = sumUp(row, temperature, mask)
  if (!(distribution.sum > 0)) throw new AssayError('ENGINE_LOGITS', { position })
  return distribution
}

/** As distributionOf, but a row with NaN or +Infinity in it, or with nothing above -Infinity, gives NaN for the entropy and every ln p: a judge decides whose fault that is. */
export function sumUp(row: Float32Array, temperature: number, mask: TopKMask | undefined): RowDistribution {
  let max = Number.NEGATIVE_INFINITY
  for (let token = 0; token < row.length; token++) if (row[token]! > max) max = row[token]!
  let sum = 0
  let weighted = 0
  for (let token = 0; token < row.length; token++) {
    const logit = row[token]!
    const scaled = (logit - max) / temperature
    if (scaled < negligible || !isKept(mask, logit, token)) continue
    const term = Math.exp(scaled)
    sum += term
    weighted += scaled * term
  }
  return { temperature, mask, max, sum, entropy: Math.log(sum) - weighted / sum }
}

/** ln p of a token in a distribution; -Infinity where top-k masks it out. */
export function logProbOf(distribution: RowDistribution, row: Float32Array, token: number): number {
  const logit = row[token] ?? Number.NEGATIVE_INFINITY
  if (!isKept(distribution.mask, logit, token)) return Number.NEGATIVE_INFINITY
  return (logit - distribution.max) / distribution.temperature - Math.log(distribution.sum)
}
