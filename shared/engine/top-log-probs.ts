import { logProbOf, type RowDistribution } from './token-statistics.ts'

/** The `count` likeliest tokens of a row with their natural log-probabilities, best first, ties to the lower id. */
export function topLogProbs(row: Float32Array, plain: RowDistribution, count: number): [token: number, logProb: number][] {
  const best: number[] = []
  for (let token = 0; token < row.length; token++) {
    const logit = row[token]!
    if (best.length === count && !(logit > row[best[count - 1]!]!)) continue
    let place = best.length
    while (place > 0 && logit > row[best[place - 1]!]!) place--
    best.splice(place, 0, token)
    if (best.length > count) best.pop()
  }
  return best.map(token => [token, logProbOf(plain, row, token)])
}
