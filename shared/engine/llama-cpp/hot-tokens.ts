import { gumbelOf, type NoiseSource, tokensPerBlock } from '../gumbel-noise.ts'

/** The tokens that the noise favours most at a position. */
export interface HotTokens {
  readonly tokens: readonly number[]
  /** No other token's noise is above this. */
  readonly bound: number
}

/** About `count` tokens of the largest noise at a position: those whose random word is in the top share count / vocab. It depends on the key alone, so that it is known before any logit. */
export function hotTokens(noise: NoiseSource, position: number, vocab: number, count: number): HotTokens {
  const threshold = Math.floor(0x1_0000_0000 * (1 - Math.min(1, count / vocab)))
  const tokens: number[] = []
  for (let start = 0; start < vocab; start += tokensPerBlock) {
    const words = noise.block(position, start / tokensPerBlock)
    const end = Math.min(tokensPerBlock, vocab - start)
    for (let index = 0; index < end; index++) if (words[index]! >= threshold) tokens.push(start + index)
  }
  return { tokens, bound: gumbelOf(threshold) }
}
