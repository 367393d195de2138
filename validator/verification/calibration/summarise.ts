import type { Measured } from '../../../shared/subnet/calibration-file.ts'

/** Mean, quantiles and largest of what a check measured; all 0 for nothing. Quantile p is the value at rank floor(p n). */
export function summarise(values: readonly number[]): Measured {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  const mean = values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
  return { values: values.length, mean, median: at(0.5), q99: at(0.99), q999: at(0.999), max: sorted.at(-1) ?? 0 }
}

/** What honest answers exceed at a false-positive rate; where there are too few to tell, half as much again as the largest. */
export function boundAtRate(values: readonly number[], rate: number): number {
  const sorted = Float64Array.from(values).sort()
  const largest = sorted.at(-1) ?? 0
  // Three over the number of values is the highest rate that none of them excludes, at 95 %.
  return 3 / values.length > rate ? 1.5 * largest : (sorted[Math.ceil((1 - rate) * sorted.length)] ?? largest)
}
