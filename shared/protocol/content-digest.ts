import { sha256Hex } from '../util/sha256-hex.ts'
import { digestJson } from './digest-json.ts'
import { tokenIdBytes } from './pack-numbers.ts'
import type { Sampling, Scope } from './sampling.ts'

/** SHA-256 of a prompt's token ids as u32 little-endian. */
export function promptDigest(promptIds: readonly number[]): string {
  return sha256Hex(tokenIdBytes(promptIds))
}

/** The digest of what was asked: model, prompt, sampling and scope; not the id, receiver or times. */
export function contentDigest(content: { manifestDigest: string; promptDigest: string; sampling: Sampling; scope: Scope }): string {
  const { manifestDigest, promptDigest: prompt, sampling, scope } = content
  return digestJson(['assay/content/1', { manifestDigest, promptDigest: prompt, sampling, scope }])
}
