import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { Scope } from './sampling.ts'

export interface NoiseKeySource {
  readonly requestSeed: string
  readonly contentDigest: string
  readonly choice: number
  readonly scope: Scope
  /** The miner's hotkey; left out under scope `request`. */
  readonly hotkey: string
}

/** The 32-byte key of the sampling noise: SHA-256 of the canonical JSON of ["assay/noise/1", requestSeed, contentDigest, choice, hotkey]. */
export function noiseKey({ requestSeed, contentDigest, choice, scope, hotkey }: NoiseKeySource): Uint8Array {
  const parts = ['assay/noise/1', requestSeed, contentDigest, choice]
  const text = canonicalJson(scope === 'miner' ? [...parts, hotkey] : parts)
  return new Uint8Array(createHash('sha256').update(text).digest())
}
