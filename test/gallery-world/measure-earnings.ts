/** What one miner got over the epochs of a world. */
export interface Earnings {
  /** Mean emission an epoch as a share of the honest miner's, and its 95 % interval. */
  readonly emission: number
  readonly interval: readonly [low: number, high: number]
  /** With what it did not spend, in the same unit. */
  readonly withSavings: number
  readonly withSavingsInterval: readonly [low: number, high: number]
}

/** What an honest miner spends on computing, as a share of what it earns: savings are counted in it. */
export const computeShare = 0.5

/**
 * A miner's emission by epoch beside that of the honest miner of its speed. Savings = computeShare (1 - cost) served, where `served` is
 * the work that it did as a share of the honest miner's. The interval is that of a ratio of sums: of (a - r h) / mean h over the epochs, times 1.96 / sqrt(n).
 */
export function measureEarnings(own: readonly number[], honest: readonly number[], cost: number, served: number): Earnings {
  const n = Math.max(1, own.length)
  const total = honest.reduce((sum, value) => sum + value, 0)
  const emission = own.reduce((sum, value) => sum + value, 0) / total
  const mean = total / n
  const residuals = own.map((value, index) => (value - emission * (honest[index] ?? 0)) / mean)
  const deviation = Math.sqrt(residuals.reduce((sum, value) => sum + value ** 2, 0) / Math.max(1, n - 1))
  const half = (1.96 * deviation) / Math.sqrt(n)
  const savings = computeShare * (1 - cost) * served
  const around = (value: number) => [value - half, value + half] as const
  return { emission, interval: around(emission), withSavings: emission + savings, withSavingsInterval: around(emission + savings) }
}
