import { AssayError } from '../shared/errors/assay-error.ts'
import type { Ask, AssayAsk } from '../shared/protocol/ask.ts'
import { digestJson } from '../shared/protocol/digest-json.ts'
import type { OpenRequest } from '../shared/protocol/open-request.ts'

export interface FillParts {
  /** 32 hex digits, new for every request. */
  readonly requestId: string
  readonly netuid: number
  /** Of the model that is asked for. */
  readonly manifestDigest: string
}

/** A caller that states no deadline waits as long as its client does. */
const deadlineMs = 600_000

/**
 * The request of a validator that knows OpenAI's protocol and not ours, with what ours needs beside it, so that it gets a receipt like
 * every other. Its `seed` seeds the noise. Throws PROTO_PARAMETER where it asks for several answers, or states no length, or no seed
 * above temperature 0: nobody could say later what the one right answer was.
 */
export function fillAsk(request: OpenRequest, { requestId, netuid, manifestDigest }: FillParts): Ask {
  const { model, sources, temperature, topK, maxTokens, stop, seed, n, stream, topLogProbs } = request
  const [source] = sources
  if (source === undefined || sources.length > 1 || n > 1) throw refusal('n', 'must be 1, for one prompt, in a signed request')
  if (maxTokens === null) throw refusal('max_tokens', 'is needed in a signed request')
  if (seed === null && temperature > 0) throw refusal('seed', 'is needed in a signed request above temperature 0')
  const assay: AssayAsk = {
    ...{ requestId, netuid, manifestDigest, requestSeed: digestJson(['assay/openai-seed/1', seed ?? 0]) },
    scope: 'miner',
    ...{ choice: 0, deadlineBlock: 0xffff_ffff, deadlineMs },
  }
  const common = {
    ...{ model, temperature, top_k: topK, max_tokens: maxTokens, stream },
    ...(stop.length > 0 && { stop: [...stop] }),
    assay,
  }
  if ('messages' in source)
    return { ...common, messages: [...source.messages], ...(topLogProbs !== null && { logprobs: true, top_logprobs: topLogProbs }) }
  const { prompt } = source
  return { ...common, prompt: typeof prompt === 'string' ? prompt : [...prompt], ...(topLogProbs !== null && { logprobs: topLogProbs }) }
}

function refusal(param: string, problem: string): AssayError {
  return new AssayError('PROTO_PARAMETER', { param, problem })
}
