import type { GenerateRequest, Generation, ScoreRequest, ScoreStatistics, TopLogit, TopLogitsRequest } from '../engine-port.ts'
import { createNoiseSource } from '../gumbel-noise.ts'
import { pickToken } from '../pick-token.ts'
import { scoreRows } from '../score-rows.ts'
import { distributionOf, logProbOf } from '../token-statistics.ts'
import { topKMask } from '../top-k-mask.ts'
import type { Decoder, KvCache } from './create-decoder.ts'
import type { CallMessage, CallName, WorkerCalls } from './worker-messages.ts'

/** What a call needs to know of the model. */
export interface CallModel {
  readonly vocab: number
  readonly context: number
  readonly eosIds: ReadonlySet<number>
}

/** One call under way: each step runs the graph once; undefined until it has its result. */
export type CallSteps = () => Promise<WorkerCalls[CallName]['result'] | undefined>

/** Starts a call; nothing runs before its first step. */
export function startCall(message: CallMessage, decoder: Decoder, model: CallModel): CallSteps {
  if (message.kind === 'generate') return generateSteps(message.request, decoder, model)
  if (message.kind === 'score') return () => scoreOnce(message.request, decoder, model)
  return () => readTopLogits(message.request, decoder, model)
}

function generateSteps(
  { promptIds, sampling, noiseKey }: GenerateRequest,
  decoder: Decoder,
  model: CallModel,
): () => Promise<Generation | undefined> {
  const { temperature, topK, maxTokens } = sampling
  const noise = createNoiseSource(noiseKey)
  const limit = Math.min(maxTokens, model.context - promptIds.length)
  const tokenIds: number[] = []
  const logProbs: number[] = []
  let next: readonly number[] = promptIds
  let cache: KvCache | undefined
  return async () => {
    const extended = await decoder.extend(next, cache)
    cache = extended.cache
    const row = extended.logits.subarray(-model.vocab)
    const position = promptIds.length + tokenIds.length
    const mask = temperature === 0 ? undefined : topKMask(row, topK)
    const { token } = pickToken(row, { temperature, mask, noise, position })
    tokenIds.push(token)
    logProbs.push(logProbOf(distributionOf(row, 1, undefined, position), row, token))
    next = [token]
    const stopped = model.eosIds.has(token)
    if (!stopped && tokenIds.length < limit) return undefined
    return { tokenIds, logProbs: Float32Array.from(logProbs), finishReason: stopped ? 'stop' : 'length' }
  }
}

async function scoreOnce(
  { promptIds, tokenIds, sampling, noiseKey }: ScoreRequest,
  decoder: Decoder,
  model: CallModel,
): Promise<ScoreStatistics> {
  const noise = createNoiseSource(noiseKey)
  // The last token is judged by the logits before it; nothing is chosen after it.
  const logits = tokenIds.length === 0 ? new Float32Array() : await decoder.prefill([...promptIds, ...tokenIds.slice(0, -1)])
  const rows = logits.subarray((promptIds.length - 1) * model.vocab)
  return scoreRows({ logits: rows, vocab: model.vocab, tokenIds, firstPosition: promptIds.length, sampling, noise, eosIds: model.eosIds })
}

async function readTopLogits({ tokenIds, from, count }: TopLogitsRequest, decoder: Decoder, { vocab }: CallModel): Promise<TopLogit[][]> {
  const logits = await decoder.prefill(tokenIds.slice(0, -1))
  return Array.from({ length: tokenIds.length - from }, (_, index) => {
    const row = logits.subarray((from - 1 + index) * vocab, (from + index) * vocab)
    const ranked = Array.from(row, (logit, token): TopLogit => [token, logit]).sort((a, b) => b[1] - a[1] || a[0] - b[0])
    return ranked.slice(0, count)
  })
}
