import { joinRows } from '../../proof/fingerprint/hidden-rows.ts'
import { toFloat16Rows } from '../../proof/float16.ts'
import type { GeneratedToken, GenerateRequest, Generation } from '../engine-port.ts'
import { createNoiseSource } from '../gumbel-noise.ts'
import { pickToken } from '../pick-token.ts'
import { distributionOf, logProbOf, type RowDistribution } from '../token-statistics.ts'
import { topKMask } from '../top-k-mask.ts'
import { topLogProbs } from '../top-log-probs.ts'

/** What a call needs to know of the model. */
export interface CallModel {
  readonly vocab: number
  readonly context: number
  readonly eosIds: ReadonlySet<number>
}

/** An answer that grows token by token from rows of logits. */
export interface Sequence {
  readonly promptIds: readonly number[]
  /** Whether hidden rows are to be told. */
  readonly wantHidden: boolean
  /** Tokens that it can have in the cache at most: the last one is never run. */
  readonly mostTokens: number
  /** The token that goes into the next step. */
  last(): number
  /** Chooses the next token from its row of logits, whose distribution at temperature 1 may be known already, and keeps the hidden row behind it; throws ENGINE_LOGITS where they are no numbers. */
  choose(row: Float32Array, known?: RowDistribution, hidden?: Float32Array): GeneratedToken
  /** The whole answer, once it has ended. */
  ended(): Generation | undefined
}

/** Begins an answer; throws ENGINE_NOISE_KEY. */
export function createSequence(
  { promptIds, sampling, noiseKey, topLogProbs: topCount = 0, wantHidden = false }: GenerateRequest,
  model: CallModel,
): Sequence {
  const { temperature, topK, maxTokens } = sampling
  const noise = createNoiseSource(noiseKey)
  const limit = Math.max(1, Math.min(maxTokens, model.context - promptIds.length))
  const tokenIds: number[] = []
  const logProbs: number[] = []
  const top: [token: number, logProb: number][][] = []
  const rows: Uint16Array[] = []
  return {
    promptIds,
    wantHidden,
    mostTokens: promptIds.length + limit - 1,
    last: () => tokenIds.at(-1) ?? 0,
    choose(row, known, hidden) {
      const position = promptIds.length + tokenIds.length
      const mask = temperature === 0 ? undefined : topKMask(row, topK)
      const { token: tokenId } = pickToken(row, { temperature, mask, noise, position })
      const plain = known ?? distributionOf(row, 1, undefined, position)
      // In single precision at once, so that a stream and its end tell the same number.
      const logProb = Math.fround(logProbOf(plain, row, tokenId))
      tokenIds.push(tokenId)
      logProbs.push(logProb)
      const patterns = wantHidden && hidden !== undefined ? toFloat16Rows(hidden) : undefined
      if (patterns !== undefined) rows.push(patterns)
      const token = { tokenId, logProb, ...(patterns && { hidden: patterns }) }
      if (topCount === 0) return token
      const likeliest = topLogProbs(row, plain, topCount)
      top.push(likeliest)
      return { ...token, top: likeliest }
    },
    ended() {
      const stopped = model.eosIds.has(tokenIds.at(-1) ?? -1)
      if (!stopped && tokenIds.length < limit) return undefined
      return {
        tokenIds,
        logProbs: Float32Array.from(logProbs),
        finishReason: stopped ? 'stop' : 'length',
        ...(topCount > 0 && { top }),
        ...(wantHidden && rows.length === tokenIds.length && { hidden: joinRows(rows) }),
      }
    },
  }
}
