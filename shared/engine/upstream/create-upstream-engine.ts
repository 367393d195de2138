import { AssayError, isAssayError } from '../../errors/assay-error.ts'
import type { LoadedModel } from '../../models/load-model.ts'
import type { Engine, GeneratedToken, GenerateRequest, Generation, ScoreRequest, ScoreStatistics } from '../engine-port.ts'
import { createReplicas, type Replica } from './create-replicas.ts'
import { readTokens } from './read-tokens.ts'
import { openUpstreamHttp } from './upstream-http.ts'
import { parseUpstreamChunk, parseUpstreamModels, parseUpstreamScore } from './upstream-shapes.ts'

export interface UpstreamOptions {
  /** Tokenizer, template, end-of-sequence ids and the digest that receipts name: what the servers run is the operator's word. */
  readonly model: LoadedModel
  /** Base URLs of the servers, e.g. http://127.0.0.1:8000 */
  readonly urls: readonly string[]
  /** The model's name at the servers. */
  readonly upstreamModel: string
  readonly apiKey?: string
  readonly log?: (warning: string) => void
  readonly connectMs?: number
  readonly firstByteMs?: number
  readonly idleMs?: number
  readonly probeEveryMs?: number
}

/**
 * Runs a model on OpenAI-compatible servers (vLLM, SGLang, llama.cpp's server, TGI): the least busy healthy one, another where it
 * fails before its first token. Verifiable at temperature 0 alone, since their samplers do not follow our noise. Throws
 * ENGINE_UPSTREAM where no server can serve at the start.
 */
export async function createUpstreamEngine(options: UpstreamOptions): Promise<Engine> {
  const { model, urls, upstreamModel, log = warning => console.error(warning) } = options
  const http = openUpstreamHttp({
    apiKey: options.apiKey,
    connectMs: options.connectMs ?? 5_000,
    firstByteMs: options.firstByteMs ?? 120_000,
    idleMs: options.idleMs ?? 30_000,
  })
  const replicas = await createReplicas({
    urls,
    probeEveryMs: options.probeEveryMs ?? 5_000,
    async probe(url, signal) {
      const limits = AbortSignal.any([signal, AbortSignal.timeout(options.connectMs ?? 5_000)])
      const { data } = parseUpstreamModels(await http.json(url, '/v1/models', null, limits))
      if (!data.some(({ id }) => id === upstreamModel))
        throw new Error(`it serves ${data.map(({ id }) => id).join(', ') || 'nothing'}, not ${upstreamModel}`)
    },
    onChange: ({ url, healthy, problem }) => log(`upstream ${new URL(url).host} ${healthy ? 'serves' : `does not serve: ${problem}`}`),
  })
  if (!replicas.list().some(({ healthy }) => healthy)) {
    const first = replicas.list()[0]
    await replicas.close()
    await http.close()
    throw new AssayError('ENGINE_UPSTREAM', { upstream: first?.url ?? 'no URL given', problem: first?.problem ?? 'nothing to ask' })
  }
  const closed = new AbortController()
  let running = 0

  /** Runs work on a replica, and on the next where it fails before it has shown anything. */
  const onReplica = async <T>(
    tokens: number,
    signal: AbortSignal,
    work: (replica: Replica, touch: () => void) => Promise<T>,
  ): Promise<T> => {
    if (closed.signal.aborted) throw new AssayError('ENGINE_CLOSED', { model: model.manifest.name })
    const tried = new Set<Replica>()
    let touched = false
    running += 1
    try {
      for (let last: unknown = null; ; ) {
        const replica = replicas.pick(tried)
        if (replica === null) throw last
        tried.add(replica)
        replica.outstandingTokens += tokens
        try {
          return await work(replica, () => {
            touched = true
          })
        } catch (error) {
          // Refused for what it says (400) is refused everywhere; what broke may work elsewhere.
          if (touched || signal.aborted || closed.signal.aborted || !isAssayError(error) || error.code !== 'ENGINE_UPSTREAM')
            throw closed.signal.aborted ? closed.signal.reason : error
          last = error
        } finally {
          replica.outstandingTokens -= tokens
        }
      }
    } finally {
      running -= 1
    }
  }
  const until = (signal: AbortSignal) => AbortSignal.any([signal, closed.signal])
  const common = (request: GenerateRequest) => ({
    model: upstreamModel,
    temperature: request.sampling.temperature,
    add_special_tokens: false,
  })

  return {
    manifestDigest: model.manifestDigest,
    provider: 'upstream',
    greedyOnly: true,
    generate: (request, signal, onTokens) =>
      onReplica(request.promptIds.length + request.sampling.maxTokens, signal, async (replica, touch) => {
        const { sampling, promptIds, topLogProbs = 0 } = request
        const body = {
          ...common(request),
          prompt: promptIds,
          max_tokens: sampling.maxTokens,
          ...(sampling.temperature > 0 && { seed: seedOf(request.noiseKey), ...(sampling.topK > 0 && { top_k: sampling.topK }) }),
          ...{
            stream: true,
            logprobs: Math.max(1, topLogProbs),
            return_token_ids: true,
            return_tokens_as_token_ids: true,
            skip_special_tokens: false,
          },
        }
        const tokens: GeneratedToken[] = []
        let finish: string | null = null
        for await (const data of http.events(replica.url, '/v1/completions', body, until(signal))) {
          const choice = parseUpstreamChunk(parsed(data, replica.url)).choices[0]
          if (choice === undefined) continue
          const fresh = readTokens(choice, replica.url).map(({ tokenId, logProb, top }) =>
            topLogProbs === 0 ? { tokenId, logProb } : { tokenId, logProb, top: top?.slice(0, topLogProbs) ?? [] },
          )
          finish = choice.finish_reason ?? finish
          if (fresh.length === 0) continue
          touch()
          tokens.push(...fresh)
          onTokens?.(fresh)
        }
        return finished(tokens, finish, request, model, replica.url)
      }),
    score: (request, signal) =>
      onReplica(request.promptIds.length + request.tokenIds.length, signal, async replica => {
        if (request.sampling.temperature > 0) throw new AssayError('ENGINE_UPSTREAM_SEED', { upstream: replica.url })
        const body = { ...common(request), prompt: [...request.promptIds, ...request.tokenIds], max_tokens: 1, prompt_logprobs: 1 }
        const scored = parseUpstreamScore(await http.json(replica.url, '/v1/completions', body, until(signal)))
        return greedyStatistics(request, scored.choices[0]?.prompt_logprobs ?? [], model, replica.url)
      }),
    load: () => ({ running, waiting: 0, kvBytes: 0, kvLimitBytes: 0 }),
    async close() {
      closed.abort(new AssayError('ENGINE_CLOSED', { model: model.manifest.name }))
      await replicas.close()
      await http.close()
    },
  }
}

/** 31 bits of the noise key: what an upstream sampler takes as its seed. */
function seedOf(noiseKey: Uint8Array): number {
  return new DataView(noiseKey.buffer, noiseKey.byteOffset, 4).getUint32(0) >>> 1
}

function parsed(data: string, upstream: string): unknown {
  try {
    return JSON.parse(data) as unknown
  } catch {
    throw new AssayError('ENGINE_UPSTREAM', { upstream, problem: 'an event of its stream is no JSON' })
  }
}

function finished(
  tokens: readonly GeneratedToken[],
  finish: string | null,
  { sampling, topLogProbs = 0 }: GenerateRequest,
  model: LoadedModel,
  upstream: string,
): Generation {
  const last = tokens.at(-1)
  if (last === undefined) throw new AssayError('ENGINE_UPSTREAM', { upstream, problem: 'it gave no token' })
  if (tokens.length > sampling.maxTokens)
    throw new AssayError('ENGINE_UPSTREAM', {
      upstream,
      problem: `it gave ${tokens.length} tokens where ${sampling.maxTokens} were asked for`,
    })
  const finishReason = model.eosIds.has(last.tokenId) ? 'stop' : 'length'
  if (finishReason === 'length' && tokens.length < sampling.maxTokens)
    throw new AssayError('ENGINE_UPSTREAM_TOKENS', {
      upstream,
      missing: `the end-of-sequence token of an answer that ended by ${finish ?? 'nothing'}`,
    })
  return {
    tokenIds: tokens.map(({ tokenId }) => tokenId),
    logProbs: Float32Array.from(tokens, ({ logProb }) => logProb),
    finishReason,
    ...(topLogProbs > 0 && { top: tokens.map(({ top }) => top ?? []) }),
  }
}

/** Statistics at temperature 0 from log-probabilities: a difference of log-probabilities is the difference of the logits. */
function greedyStatistics(
  { promptIds, tokenIds }: ScoreRequest,
  entries: readonly (Readonly<Record<string, { logprob: number }>> | null)[],
  { eosIds }: LoadedModel,
  upstream: string,
): ScoreStatistics {
  if (entries.length !== promptIds.length + tokenIds.length)
    throw new AssayError('ENGINE_UPSTREAM', {
      upstream,
      problem: `it scored ${entries.length} tokens of ${promptIds.length + tokenIds.length}`,
    })
  const make = () => new Float64Array(tokenIds.length)
  const statistics = { margins: make(), logProbs: make(), entropies: make(), surprisals: make(), endProbabilities: make() }
  for (const [index, token] of tokenIds.entries()) {
    const entry = entries[promptIds.length + index] ?? {}
    const own = entry[String(token)]?.logprob
    if (own === undefined) throw new AssayError('ENGINE_UPSTREAM_TOKENS', { upstream, missing: 'log-probabilities' })
    const [bestId, best] = Object.entries(entry).reduce((top, next) => (next[1].logprob > top[1].logprob ? next : top), [
      String(token),
      { logprob: own },
    ] as const)
    statistics.logProbs[index] = own
    statistics.margins[index] = best.logprob - own
    statistics.surprisals[index] = best.logprob > own ? Number.POSITIVE_INFINITY : 0
    statistics.endProbabilities[index] = eosIds.has(Number(bestId)) ? 1 : 0
  }
  return statistics
}
