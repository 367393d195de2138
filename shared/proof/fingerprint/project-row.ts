/** A row [hidden] times the signs [hidden, k], over the square root of hidden: k numbers. */
export function projectRow(values: ArrayLike<number>, signs: Int8Array, k: number): Float64Array {
  const sums = new Float64Array(k)
  const hidden = values.length
  for (let row = 0, at = 0; row < hidden; row++) {
    const value = values[row] ?? 0
    for (let column = 0; column < k; column++, at++) sums[column] = (sums[column] ?? 0) + (signs[at] ?? 0) * value
  }
  const scale = 1 / Math.sqrt(hidden)
  for (let column = 0; column < k; column++) sums[column] = (sums[column] ?? 0) * scale
  return sums
}
