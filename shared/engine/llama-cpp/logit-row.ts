import { AssayError } from '../../errors/assay-error.ts'
import type { NoiseSource } from '../gumbel-noise.ts'
import { pickToken } from '../pick-token.ts'
import type { RowDistribution } from '../token-statistics.ts'
import { topKMask } from '../top-k-mask.ts'
import type { LlamaOutput } from './llama-package.ts'

/** The logits after a token, as far as they were fetched. */
export interface LogitRow {
  /** One place a token of the vocabulary; -Infinity where the logit was not fetched. */
  readonly logits: Float32Array
  /** No logit that was not fetched is above this; -Infinity where all were. */
  readonly edge: number
  /** The row's distribution at temperature 1, from the weight of the whole vocabulary; undefined where all logits were fetched. */
  readonly plain?: RowDistribution
}

/** A row of logits from what llama.cpp told; `fetched` is how many of the highest were asked for, undefined for all. Throws ENGINE_LOGITS. */
export function logitRow(output: LlamaOutput | undefined, vocab: number, fetched: number | undefined, position: number): LogitRow {
  const entries = output?.next.logits
  if (entries === undefined || entries.size === 0) throw new AssayError('ENGINE_LOGITS', { position })
  const logits = new Float32Array(vocab).fill(Number.NEGATIVE_INFINITY)
  for (const [token, logit] of entries) if (token < vocab) logits[token] = logit
  if (fetched === undefined || fetched >= vocab) return { logits, edge: Number.NEGATIVE_INFINITY }
  // Highest first: what was asked for by name stands behind the highest, or among them.
  const ranked = [...entries.values()].sort((a, b) => b - a)
  const max = ranked[0] ?? Number.NaN
  const sum = output?.next.totalLogitWeight ?? Number.NaN
  if (!(sum > 0)) throw new AssayError('ENGINE_LOGITS', { position })
  const plain = { temperature: 1, mask: undefined, max, sum, entropy: Number.NaN }
  return { logits, edge: ranked[Math.min(fetched, ranked.length) - 1] ?? Number.POSITIVE_INFINITY, plain }
}

/** How a row is sampled, and the noise of what was not fetched. */
export interface RowChoice {
  readonly temperature: number
  readonly topK: number
  readonly noise: NoiseSource
  readonly position: number
  /** No token that was not fetched has a noise above this. */
  readonly noiseBound: number
}

/**
 * Whether the token that the fetched logits choose is the one that all would choose: nothing that was not fetched can reach it, since
 * l/T + G <= edge/T + noiseBound, or top-k keeps only what was fetched.
 */
export function isCertain({ logits, edge }: LogitRow, { temperature, topK, noise, position, noiseBound }: RowChoice): boolean {
  if (edge === Number.NEGATIVE_INFINITY) return true
  const mask = temperature === 0 ? undefined : topKMask(logits, topK)
  if (mask !== undefined) return mask.threshold > edge
  const { value } = pickToken(logits, { temperature, mask, noise, position })
  return temperature === 0 ? value > edge : value > edge / temperature + noiseBound
}
