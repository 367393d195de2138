import { type DistanceLaw, distanceRatio } from '../evidence/distance-e-value.ts'

/** The mean ratio that honest rows are given: a tenth, so that rows ten times as bad as those calibrated still prove nothing. */
export const honestMeanRatio = 0.1

/** The least bound, to a millionth, under which the mean of phi over honest distances is at most a tenth; 0 where all are 0. */
export function distanceBound(distances: ArrayLike<number>, law: DistanceLaw): number {
  const finite = Array.from(distances)
  if (finite.some(distance => !Number.isFinite(distance))) throw new RangeError('an honest distance is a number')
  const largest = finite.reduce((most, distance) => Math.max(most, distance), 0)
  if (largest === 0) return 0
  const meanRatio = (bound: number) => finite.reduce((sum, distance) => sum + distanceRatio(distance, bound, law), 0) / finite.length
  let low = largest * 1e-9
  let high = largest * 4
  while (high / low > 1 + 1e-6) {
    const middle = Math.sqrt(low * high)
    if (meanRatio(middle) > honestMeanRatio) low = middle
    else high = middle
  }
  return high
}
