import { gumbelBounds, gumbelMax, gumbelOf, type NoiseSource, tokensPerBlock } from './gumbel-noise.ts'
import { isKept, type TopKMask } from './top-k-mask.ts'

/** A token and what it was chosen by: l/T + G, or the logit itself at temperature 0. */
export interface Pick {
  readonly token: number
  readonly value: number
}

/** Where and how a row of logits is sampled. */
export interface RowSampling {
  readonly temperature: number
  readonly mask: TopKMask | undefined
  readonly noise: NoiseSource
  /** Absolute position, in prompt and answer together, of the token that is chosen. */
  readonly position: number
}

/** The one legal token of a row: argmax over kept v of l_v/T + G_v in float64, ties to the lower id; at temperature 0 the highest logit. */
export function pickToken(row: Float32Array, sampling: RowSampling): Pick {
  const greedy = highestLogit(row)
  return sampling.temperature === 0 ? greedy : pickNoisy(row, sampling, greedy.token)
}

/** l_v/T + G_v of one token; its logit at temperature 0; -Infinity where top-k masks it out. */
export function valueOfToken(row: Float32Array, token: number, { temperature, mask, noise, position }: RowSampling): number {
  const logit = row[token] ?? Number.NEGATIVE_INFINITY
  if (temperature === 0) return logit
  if (!isKept(mask, logit, token)) return Number.NEGATIVE_INFINITY
  const word = noise.block(position, Math.floor(token / tokensPerBlock))[token % tokensPerBlock]!
  return logit / temperature + gumbelOf(word)
}

function highestLogit(row: Float32Array): Pick {
  let token = 0
  let value = Number.NEGATIVE_INFINITY
  for (let index = 0; index < row.length; index++) {
    if (row[index]! > value) {
      value = row[index]!
      token = index
    }
  }
  return { token, value }
}

// Most tokens cannot win whatever their noise is. The token of the highest logit sets the mark first, then a whole block is
// passed over without its random words, or a token without its logarithms, where an upper bound of its value stays below.
function pickNoisy(row: Float32Array, sampling: RowSampling, first: number): Pick {
  const { temperature, mask, noise, position } = sampling
  let token = first
  let value = valueOfToken(row, first, sampling)
  for (let start = 0; start < row.length; start += tokensPerBlock) {
    const end = Math.min(start + tokensPerBlock, row.length)
    let highest = Number.NEGATIVE_INFINITY
    for (let index = start; index < end; index++) if (row[index]! > highest) highest = row[index]!
    if (highest / temperature + gumbelMax < value) continue
    const words = noise.block(position, start / tokensPerBlock)
    for (let index = start; index < end; index++) {
      const logit = row[index]!
      const word = words[index - start]!
      const scaled = logit / temperature
      if (scaled + gumbelBounds[word >>> 20]! < value || !isKept(mask, logit, index)) continue
      const candidate = scaled + gumbelOf(word)
      if (candidate > value || (candidate === value && index < token)) {
        value = candidate
        token = index
      }
    }
  }
  return { token, value }
}
