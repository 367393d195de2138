/** The sums of `count` rows column by column, added to what was summed up before (empty at first). */
export function sumRows(rows: Float32Array, count: number, before: Float64Array): Float64Array<ArrayBuffer> {
  const width = rows.length / count
  const sums = before.length === 0 ? new Float64Array(width) : Float64Array.from(before)
  for (let row = 0; row < count; row++) for (let column = 0; column < width; column++) sums[column]! += rows[row * width + column]!
  return sums
}

/** The direction of a mean: its sums scaled to length 1; nothing but zeros stays as it is. */
export function unitMean(sums: Float64Array): Float32Array {
  let squares = 0
  for (const sum of sums) squares += sum * sum
  const length = Math.sqrt(squares)
  return Float32Array.from(sums, sum => (length > 0 ? sum / length : 0))
}
