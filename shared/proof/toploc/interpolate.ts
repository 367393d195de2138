import { invert, modulo, reduce } from './field.ts'

/**
 * Coefficients c0..c(n-1), ascending, of the one polynomial of degree < n through n points over the field: Newton's divided
 * differences, expanded. The xs differ mod the prime; the order of the points changes nothing.
 */
export function interpolate(xs: readonly number[], ys: readonly number[]): number[] {
  const n = xs.length
  const differences = ys.map(modulo)
  for (let order = 1; order < n; order++) {
    for (let i = n - 1; i >= order; i--) {
      const run = modulo((xs[i] ?? 0) - (xs[i - order] ?? 0))
      const rise = modulo((differences[i] ?? 0) - (differences[i - 1] ?? 0))
      differences[i] = reduce(rise * invert(run))
    }
  }
  // Horner over the Newton basis: p = d(n-1); p = p * (x - x(i)) + d(i), in place from the highest power down.
  const coefficients = new Array<number>(n).fill(0)
  for (let i = n - 1; i >= 0; i--) {
    const shift = modulo(-(xs[i] ?? 0))
    for (let power = n - 1 - i; power > 0; power--)
      coefficients[power] = reduce((coefficients[power] ?? 0) * shift + (coefficients[power - 1] ?? 0))
    coefficients[0] = reduce((coefficients[0] ?? 0) * shift + (differences[i] ?? 0))
  }
  return coefficients
}

/** The polynomial's value at x over the field. */
export function evaluate(coefficients: ArrayLike<number>, x: number): number {
  let value = 0
  for (let power = coefficients.length - 1; power >= 0; power--) value = reduce(value * x + (coefficients[power] ?? 0))
  return value
}
