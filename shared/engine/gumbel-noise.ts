import { AssayError } from '../errors/assay-error.ts'
import { chacha8Block, chachaKey } from './chacha8.ts'

/** Tokens that share one block of random words. */
export const tokensPerBlock = 16

/** The random words behind the noise of one answer: word `token % 16` of ChaCha8(key, counter = floor(token / 16), nonce = position). */
export interface NoiseSource {
  /** Sixteen words, overwritten by the next call. */
  block(position: number, index: number): Uint32Array
}

/** The noise source of a 32-byte key; throws ENGINE_NOISE_KEY. */
export function createNoiseSource(noiseKey: Uint8Array): NoiseSource {
  if (noiseKey.length !== 32) throw new AssayError('ENGINE_NOISE_KEY', { length: noiseKey.length })
  const key = chachaKey(noiseKey)
  const words = new Uint32Array(tokensPerBlock)
  return {
    block: (position, index) => {
      chacha8Block(key, index, position, words)
      return words
    },
  }
}

/** Gumbel noise of a random 32-bit word x: -ln(-ln u), u = (x + 0.5) / 2^32, which is never 0 or 1. */
export function gumbelOf(word: number): number {
  return -Math.log(-Math.log((word + 0.5) / 0x1_0000_0000))
}

const slack = 1e-9

/** Upper bounds on `gumbelOf` by the word's highest 12 bits: two logarithms are spent only on words that can win. */
export const gumbelBounds = Float64Array.from({ length: 4096 }, (_, index) => gumbelOf((index + 1) * 0x10_0000 - 1) + slack)

/** Largest noise that any word can give, about 22.9. */
export const gumbelMax = gumbelOf(0xffff_ffff) + slack
