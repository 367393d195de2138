/** A row [hidden] times the signs [hidden, k], over the square root of hidden: k numbers. */
export function projectRow(values: ArrayLike<number>, signs: Int8Array, k: number): Float64Array {
  const sums = new Float64Array(k)
  const hidden = values.length
  if (signs.length < hidden * k) throw new RangeError(`${signs.length} signs for ${hidden} values`)
  for (let row = 0, at = 0; row < hidden; row++) {
    const value = values[row]!
    for (let column = 0; column < k; column++) sums[column]! += signs[at++]! * value
  }
  const scale = 1 / Math.sqrt(hidden)
  for (let column = 0; column < k; column++) sums[column]! *= scale
  return sums
}
