import { AssayError } from '../../errors/assay-error.ts'
import type { GeneratedToken } from '../engine-port.ts'
import type { UpstreamChunk, UpstreamLogProbs } from './upstream-shapes.ts'

const named = /^token_id:(\d{1,10})$/

/**
 * The tokens of one chunk. Their ids come from `token_ids` (vLLM, SGLang: return_token_ids), from names of the form `token_id:5` (vLLM:
 * return_tokens_as_token_ids) or from the list of log-probabilities (llama.cpp's server). Throws ENGINE_UPSTREAM_TOKENS where an engine
 * tells neither ids nor log-probabilities: no receipt can be signed then.
 */
export function readTokens(choice: UpstreamChunk['choices'][number], upstream: string): GeneratedToken[] {
  const { logprobs } = choice
  const content = logprobs?.content ?? undefined
  const ids = choice.token_ids ?? content?.map(entry => entry.id) ?? logprobs?.tokens?.map(idOf)
  if (ids === undefined) {
    if ((choice.text ?? '') === '') return []
    throw new AssayError('ENGINE_UPSTREAM_TOKENS', { upstream, missing: 'token ids' })
  }
  return ids.map((tokenId, place) => {
    if (tokenId === undefined) throw new AssayError('ENGINE_UPSTREAM_TOKENS', { upstream, missing: 'token ids' })
    const logProb = content?.[place]?.logprob ?? logprobs?.token_logprobs?.[place]
    if (typeof logProb !== 'number') throw new AssayError('ENGINE_UPSTREAM_TOKENS', { upstream, missing: 'log-probabilities' })
    const top = content?.[place]?.top_logprobs?.map(entry => [entry.id, entry.logprob] as const) ?? namedTop(logprobs, place)
    return { tokenId, logProb, ...(top && { top: ranked(top) }) }
  })
}

function namedTop(logprobs: UpstreamLogProbs | null | undefined, place: number) {
  const entries = logprobs?.top_logprobs?.[place]
  return entries && Object.entries(entries).map(([name, logProb]) => [idOf(name), logProb] as const)
}

// Engines that name tokens by their text alone tell nothing that could be passed on: two tokens may have the same text.
function ranked(entries: readonly (readonly [number | undefined, number])[]): [token: number, logProb: number][] {
  return entries.flatMap(([id, logProb]): [number, number][] => (id === undefined ? [] : [[id, logProb]])).sort((a, b) => b[1] - a[1])
}

function idOf(name: string): number | undefined {
  const id = named.exec(name)?.[1]
  return id === undefined ? undefined : Number(id)
}
