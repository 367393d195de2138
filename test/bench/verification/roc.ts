/** Where 3/n is above a rate, n honest streams cannot show that it holds (a rate that shows no event in n trials is below 3/n, at 95 %). */
export function isShown(nullStreams: number, rate: number): boolean {
  return nullStreams > 0 && 3 / nullStreams <= rate
}

/** Share of the cheat's scores above the threshold that at most `rate` of the honest ones (ascending) exceed; null where those are too few to show the rate. */
export function truePositiveRate(honest: Float64Array, cheat: Float64Array, rate: number): number | null {
  if (!isShown(honest.length, rate) || cheat.length === 0) return null
  const threshold = thresholdAt(honest, rate)
  let above = 0
  for (const score of cheat) if (score > threshold) above += 1
  return above / cheat.length
}

/** The smallest of the ascending scores that at most `rate` of them exceed. */
export function thresholdAt(honest: Float64Array, rate: number): number {
  const allowed = Math.min(honest.length - 1, Math.floor(rate * honest.length + 1e-9))
  return honest[honest.length - 1 - allowed] ?? Number.NaN
}

/** Probability that a cheat's score is above an honest one's (ascending), ties counting half; null without scores. */
export function areaUnderCurve(honest: Float64Array, cheat: Float64Array): number | null {
  if (honest.length === 0 || cheat.length === 0) return null
  let wins = 0
  for (const score of cheat) wins += (countBelow(honest, score) + countUpTo(honest, score)) / 2
  return wins / (honest.length * cheat.length)
}

/**
 * False-positive and true-positive rates from the strictest threshold on, thinned to about so many points, evenly on a logarithmic axis.
 * Honest scores ascend. A threshold above all n of them stands at 1/n: less cannot be seen.
 */
export function rocCurve(honest: Float64Array, cheat: Float64Array, points: number): (readonly [fpr: number, tpr: number])[] {
  if (honest.length === 0 || cheat.length === 0) return []
  const cheats = ascending(cheat)
  const least = 1 / honest.length
  const places = Array.from({ length: points }, (_, index) => least ** (1 - index / (points - 1)))
  const curve = [0, ...places].map((rate): readonly [number, number] => {
    const threshold = thresholdAt(honest, rate)
    const fpr = 1 - countUpTo(honest, threshold) / honest.length
    return [Math.max(least, fpr), 1 - countUpTo(cheats, threshold) / cheats.length]
  })
  return [...curve.filter(([fpr], index) => index === 0 || fpr !== curve[index - 1]?.[0]), [1, 1]]
}

/** Ends of the 95 % interval of a share (Wilson). */
export function shareInterval(share: number, count: number): readonly [low: number, high: number] {
  const z = 1.96
  const centre = share + (z * z) / (2 * count)
  const spread = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))
  const scale = 1 + (z * z) / count
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)]
}

/** How many of the ascending values are below a score. */
export function countBelow(sorted: Float64Array, score: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < score) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of the ascending values are at or below a score. */
export function countUpTo(sorted: Float64Array, score: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) <= score) low = middle + 1
    else high = middle
  }
  return low
}

/** The values in ascending order. */
export function ascending(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort()
}
