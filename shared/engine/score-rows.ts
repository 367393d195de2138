import type { Sampling } from '../protocol/sampling.ts'
import type { ScoreStatistics } from './engine-port.ts'
import type { NoiseSource } from './gumbel-noise.ts'
import { pickToken, type RowSampling, valueOfToken } from './pick-token.ts'
import { logProbOf, type RowDistribution, sumUp } from './token-statistics.ts'
import { topKMask } from './top-k-mask.ts'

/** The logits of an answer, row after row, and the tokens that were chosen from them. */
export interface AnswerRows {
  /** Row i holds the `vocab` logits that token i was chosen from, in the order of `tokenIds`. */
  readonly logits: Float32Array
  readonly vocab: number
  readonly tokenIds: readonly number[]
  /** Absolute position of the first answer token: the length of the prompt. */
  readonly firstPosition: number
  readonly sampling: Pick<Sampling, 'temperature' | 'topK'>
  readonly noise: NoiseSource
  readonly eosIds: ReadonlySet<number>
}

/**
 * What the reference's logits say of each answer token, see ScoreStatistics. At temperature 0 the distribution drawn from is all on
 * the highest logit: entropy 0, surprisal 0 or Infinity, end probability 1 or 0; only the margin tells a near tie from a wrong token there.
 * A place whose logits are no numbers gets NaN, never a throw: the tokens before it may have led there on purpose.
 */
export function scoreRows({ logits, vocab, tokenIds, firstPosition, sampling, noise, eosIds }: AnswerRows): ScoreStatistics {
  const make = () => new Float64Array(tokenIds.length)
  const statistics = { margins: make(), logProbs: make(), entropies: make(), surprisals: make(), endProbabilities: make() }
  const { temperature } = sampling
  for (const [index, token] of tokenIds.entries()) {
    const row = logits.subarray(index * vocab, (index + 1) * vocab)
    const position = firstPosition + index
    const mask = temperature === 0 ? undefined : topKMask(row, sampling.topK)
    const rowSampling: RowSampling = { temperature, mask, noise, position }
    const best = pickToken(row, rowSampling)
    const plain = sumUp(row, 1, undefined)
    statistics.margins[index] = (temperature || 1) * (best.value - valueOfToken(row, token, rowSampling))
    statistics.logProbs[index] = logProbOf(plain, row, token)
    if (temperature === 0) {
      statistics.surprisals[index] = token === best.token ? 0 : Number.POSITIVE_INFINITY
      statistics.endProbabilities[index] = eosIds.has(best.token) ? 1 : 0
      continue
    }
    const drawn = temperature === 1 && mask === undefined ? plain : sumUp(row, temperature, mask)
    statistics.entropies[index] = drawn.entropy
    statistics.surprisals[index] = -logProbOf(drawn, row, token)
    statistics.endProbabilities[index] = endProbability(drawn, row, eosIds)
  }
  return statistics
}

function endProbability(distribution: RowDistribution, row: Float32Array, eosIds: ReadonlySet<number>): number {
  let sum = 0
  for (const id of eosIds) sum += Math.exp(logProbOf(distribution, row, id))
  return sum
}
