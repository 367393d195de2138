import { AssayError, isAssayError } from '../../errors/assay-error.ts'
import type { LoadedModel } from '../../models/load-model.ts'
import { followAbort } from '../../util/follow-abort.ts'
import { checkRequest } from '../check-request.ts'
import type { Engine, GeneratedToken, GenerateRequest, Generation, ScoreRequest, ScoreStatistics } from '../engine-port.ts'
import { createReplicas, type Replica } from './create-replicas.ts'
import { readTokens } from './read-tokens.ts'
import { openUpstreamHttp, problem } from './upstream-http.ts'
import { parseUpstreamChunk, parseUpstreamModels, parseUpstreamScore, type UpstreamChunk } from './upstream-shapes.ts'

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
    work: (replica: Replica, until: AbortSignal, touch: () => void) => Promise<T>,
  ): Promise<T> => {
    if (closed.signal.aborted) throw new AssayError('ENGINE_CLOSED', { model: model.manifest.name })
    const tried = new Set<Replica>()
    const until = followAbort([signal, closed.signal])
    let touched = false
    running += 1
    try {
      for (let last: unknown = null; ; ) {
        const replica = replicas.pick(tried)
        if (replica === null) throw last
        tried.add(replica)
        replica.outstandingTokens += tokens
        try {
          return await work(replica, until.signal, () => {
            touched = true
          })
        } catch (error) {
          if (closed.signal.aborted) throw closed.signal.reason
          if (touched || signal.aborted || !mayWorkElsewhere(error)) throw error
          last = error
        } finally {
          replica.outstandingTokens -= tokens
        }
      }
    } finally {
      until.forget()
      running -= 1
    }
  }
  const check = checkRequest(model, false)
  const common = ({ sampling: { temperature, topK } }: GenerateRequest) => ({
    model: upstreamModel,
    temperature,
    // What is left out, vLLM takes from the model's generation_config.json: a repetition penalty there would change even greedy answers.
    ...{ top_p: 1, min_p: 0, top_k: temperature > 0 && topK > 0 ? topK : -1 },
    ...{ repetition_penalty: 1, presence_penalty: 0, frequency_penalty: 0 },
    add_special_tokens: false,
  })

  return {
    manifestDigest: model.manifestDigest,
    provider: 'upstream',
    greedyOnly: true,
    generate: async (request, signal, onTokens) => {
      const { sampling, promptIds, topLogProbs = 0 } = request
      check.generate(request)
      // An answer ends where the context does, as it does on our own engines.
      const maxTokens = Math.min(sampling.maxTokens, model.contextLength - promptIds.length)
      return await onReplica(promptIds.length + maxTokens, signal, async (replica, until, touch) => {
        const body = {
          ...common(request),
          prompt: promptIds,
          max_tokens: maxTokens,
          ...(sampling.temperature > 0 && { seed: seedOf(request.noiseKey) }),
          // Nothing may follow an end-of-sequence token that the model's manifest names, whatever the server's own list is.
          stop_token_ids: [...model.eosIds],
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
        for await (const data of http.events(replica.url, '/v1/completions', body, until)) {
          const choice = readChunk(data, replica.url).choices[0]
          if (choice === undefined) continue
          const fresh = readTokens(choice, replica.url).map(token => told(token, topLogProbs, model, replica.url))
          finish = choice.finish_reason ?? finish
          if (fresh.length === 0) continue
          touch()
          const end = fresh.findIndex(({ tokenId }) => model.eosIds.has(tokenId))
          const kept = end < 0 ? fresh : fresh.slice(0, end + 1)
          tokens.push(...kept)
          onTokens?.(kept)
          // A server that does not end there is left alone with the rest.
          if (end >= 0) break
        }
        return finished(tokens, finish, { topLogProbs, maxTokens }, model, replica.url)
      })
    },
    score: async (request, signal) => {
      check.score(request)
      return await onReplica(request.promptIds.length + request.tokenIds.length, signal, async (replica, until) => {
        if (request.sampling.temperature > 0) throw new AssayError('ENGINE_UPSTREAM_SEED', { upstream: replica.url })
        const body = { ...common(request), prompt: [...request.promptIds, ...request.tokenIds], max_tokens: 1, prompt_logprobs: 1 }
        const scored = parsedAs(parseUpstreamScore, await http.json(replica.url, '/v1/completions', body, until), replica.url)
        const entries = scored.choices[0]?.prompt_logprobs
        if (!entries) throw new AssayError('ENGINE_UPSTREAM_TOKENS', { upstream: replica.url, missing: 'log-probabilities of prompts' })
        return greedyStatistics(request, entries, model, replica.url)
      })
    },
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

/** Refused for what it says is refused everywhere; what broke, is busy or lacks the model may work elsewhere. */
function mayWorkElsewhere(error: unknown): boolean {
  if (!isAssayError(error, 'ENGINE_UPSTREAM')) return false
  const { status } = error.details
  return typeof status !== 'number' || status >= 500 || [401, 403, 404, 408, 425, 429].includes(status)
}

function readChunk(data: string, url: string): UpstreamChunk {
  let value: unknown
  try {
    value = JSON.parse(data) as unknown
  } catch {
    throw problem(url, 'an event of its stream is no JSON')
  }
  // vLLM and SGLang say in the stream what broke an answer that had begun.
  if (typeof value === 'object' && value !== null && 'error' in value)
    throw problem(url, `it broke off: ${JSON.stringify(value.error).slice(0, 300)}`)
  return parsedAs(parseUpstreamChunk, value, url)
}

/** What a server says in a shape that is not its interface's is the server's fault, never the caller's. */
function parsedAs<T>(parse: (value: unknown) => T, value: unknown, url: string): T {
  try {
    return parse(value)
  } catch (cause) {
    throw problem(url, cause instanceof Error ? cause.message : String(cause))
  }
}

function told({ tokenId, logProb, top }: GeneratedToken, topCount: number, model: LoadedModel, url: string): GeneratedToken {
  if (tokenId >= model.vocabSize)
    throw problem(url, `its token ${tokenId} is not in the vocabulary of ${model.manifest.name}: it runs another model`)
  if (topCount === 0) return { tokenId, logProb }
  if (top === undefined || top.length < Math.min(topCount, model.vocabSize))
    throw new AssayError('ENGINE_UPSTREAM_TOKENS', { upstream: url, missing: 'the ids of the likeliest tokens' })
  return { tokenId, logProb, top: top.slice(0, topCount) }
}

function finished(
  tokens: readonly GeneratedToken[],
  finish: string | null,
  { topLogProbs, maxTokens }: { readonly topLogProbs: number; readonly maxTokens: number },
  model: LoadedModel,
  upstream: string,
): Generation {
  const last = tokens.at(-1)
  if (last === undefined) throw problem(upstream, 'it gave no token')
  if (tokens.length > maxTokens) throw problem(upstream, `it gave ${tokens.length} tokens where ${maxTokens} were asked for`)
  const finishReason = model.eosIds.has(last.tokenId) ? 'stop' : 'length'
  if (finishReason === 'length' && tokens.length < maxTokens) {
    if (finish !== 'stop')
      throw problem(upstream, `its answer ended after ${tokens.length} of ${maxTokens} tokens by ${finish ?? 'nothing'}`)
    throw new AssayError('ENGINE_UPSTREAM_TOKENS', { upstream, missing: 'the end-of-sequence token of an answer that ended by it' })
  }
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
