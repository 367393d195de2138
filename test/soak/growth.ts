/** How a quantity grows with another, by least squares. */
export interface Growth {
  /** Units of y per unit of x. */
  readonly slope: number
  /** Upper end of the slope's two-sided 95 % interval, after Student. */
  readonly upper: number
}

/** Student's t of 97.5 % by degrees of freedom, from 1 on; beyond the last it is smaller, so that the last is on the safe side. */
const student = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
]

/** Fits a line through points (x, y), at least three. */
export function growthOf(points: readonly (readonly [x: number, y: number])[]): Growth {
  const count = points.length
  if (count < 3) throw new Error(`a line with an interval needs three points, not ${count}`)
  const mean = (of: (point: readonly [number, number]) => number) => points.reduce((sum, point) => sum + of(point), 0) / count
  const meanX = mean(([x]) => x)
  const meanY = mean(([, y]) => y)
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  const t = student[Math.min(count - 2, student.length) - 1] ?? Number.NaN
  return { slope, upper: slope + t * Math.sqrt(rest / (count - 2) / spread) }
}
