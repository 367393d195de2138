/** The entry of a list of weights at a uniform number in [0, 1), and where in its share that number lies, again in [0, 1). */
export function drawWeighted<T extends { readonly weight: number }>(entries: readonly T[], at: number): { entry: T; within: number } {
  const total = entries.reduce((sum, { weight }) => sum + weight, 0)
  let left = at * total
  for (const entry of entries) {
    if (left < entry.weight) return { entry, within: left / entry.weight }
    left -= entry.weight
  }
  const last = entries.at(-1)
  if (last === undefined) throw new RangeError('there is nothing to draw from')
  // Rounding alone leads here.
  return { entry: last, within: 0 }
}
