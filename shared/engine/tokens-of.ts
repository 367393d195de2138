import type { GeneratedToken, Generation } from './engine-port.ts'

/** The tokens of an answer one by one, as `onTokens` would have told them. */
export function tokensOf({ tokenIds, logProbs, top, hidden }: Generation): GeneratedToken[] {
  return tokenIds.map((tokenId, index) => {
    const likeliest = top?.[index]
    return {
      tokenId,
      logProb: logProbs[index] ?? Number.NaN,
      ...(likeliest && { top: likeliest }),
      ...(hidden && { hidden: hidden.patterns.slice(index * hidden.hidden, (index + 1) * hidden.hidden) }),
    }
  })
}
