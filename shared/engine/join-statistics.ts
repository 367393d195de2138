import type { ScoreStatistics } from './engine-port.ts'

/** The statistics of an answer from those of its parts, in order. */
export function joinStatistics(parts: readonly ScoreStatistics[]): ScoreStatistics {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const join = (of: (part: ScoreStatistics) => Float64Array) => {
    const arrays = parts.map(of)
    const joined = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0))
    let at = 0
    for (const array of arrays) {
      joined.set(array, at)
      at += array.length
    }
    return joined
  }
  return {
    margins: join(part => part.margins),
    logProbs: join(part => part.logProbs),
    entropies: join(part => part.entropies),
    surprisals: join(part => part.surprisals),
    endProbabilities: join(part => part.endProbabilities),
  }
}
