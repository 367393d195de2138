import { AssayError } from '../../errors/assay-error.ts'
import type { GeneratedToken } from '../engine-port.ts'
import type { UpstreamChunk, UpstreamLogProbs } from './upstream-shapes.ts'

const named = /^token_id:(\d{1,10})$/

/**
 * The tokens of one chunk. Their ids come from `token_ids` (vLLM: return_token_ids) or from names of the form `token_id:5` (vLLM:
 * return_tokens_as_token_ids). Throws ENGINE_UPSTREAM_TOKENS where an engine tells neither ids nor log-probabilities: no receipt can be signed then.
 */
export function readTokens(choice: UpstreamChunk['choices'][number], upstream: string): GeneratedToken[] {
  const { logprobs } = choice
  const ids = choice.token_ids ?? logprobs?.tokens?.map(name => idOf(name, upstream))
  if (ids === undefined || ids === null) {
    if ((choice.text ?? '') === '') return []
    throw new AssayError('ENGINE_UPSTREAM_TOKENS', { upstream, missing: 'token ids' })
  }
  return ids.map((tokenId, place) => {
    const logProb = logprobs?.token_logprobs[place]
    if (typeof logProb !== 'number') throw new AssayError('ENGINE_UPSTREAM_TOKENS', { upstream, missing: 'log-probabilities' })
    const top = topOf(logprobs?.top_logprobs?.[place], upstream)
    return { tokenId, logProb, ...(top && { top }) }
  })
}

function topOf(entries: NonNullable<UpstreamLogProbs['top_logprobs']>[number] | undefined, upstream: string): GeneratedToken['top'] {
  if (entries === undefined || entries === null) return undefined
  return Object.entries(entries)
    .map(([name, logProb]) => [idOf(name, upstream), logProb] as const)
    .sort((a, b) => b[1] - a[1])
}

function idOf(name: string, upstream: string): number {
  const id = named.exec(name)?.[1]
  if (id === undefined) throw new AssayError('ENGINE_UPSTREAM_TOKENS', { upstream, missing: 'token ids' })
  return Number(id)
}
