/** Two points of a distribution; null before there is a value. */
export interface Quantiles {
  readonly count: number
  readonly p50: number
  readonly p99: number
}

/** The last values of something, in fixed memory. */
export interface RecentValues {
  add(value: number): void
  /** The values' nearest-rank quantiles: the smallest value that at least so many of them do not exceed. */
  quantiles(): Quantiles | null
}

/** Keeps the last `keep` values. */
export function createRecentValues(keep = 1_024): RecentValues {
  const values = new Float64Array(keep)
  let added = 0
  return {
    add(value) {
      values[added % keep] = value
      added += 1
    },
    quantiles() {
      const count = Math.min(added, keep)
      if (count === 0) return null
      const sorted = values.slice(0, count).sort()
      const at = (part: number) => sorted[Math.max(0, Math.ceil(part * count) - 1)] ?? 0
      return { count, p50: at(0.5), p99: at(0.99) }
    },
  }
}
