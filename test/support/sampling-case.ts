import { createNoiseSource } from '../../shared/engine/gumbel-noise.ts'
import type { RowSampling } from '../../shared/engine/pick-token.ts'
import { topKMask } from '../../shared/engine/top-k-mask.ts'

/** The logits of test/vectors/make-sampling.py: integers of a linear congruence, in steps of 1/64. */
export function vectorLogits(seed: number, vocab: number): Float32Array {
  let state = seed + 1
  return Float32Array.from({ length: vocab }, () => {
    state = Number((BigInt(state) * 1_103_515_245n + 12_345n) % 0x8000_0000n)
    return (((state >> 8) % 1024) - 512) / 64
  })
}

export function samplingOf(row: Float32Array, temperature: number, topK: number, key: Uint8Array, position: number): RowSampling {
  return { temperature, mask: temperature === 0 ? undefined : topKMask(row, topK), noise: createNoiseSource(key), position }
}
