import { fieldPrime, invert, modulo } from './field.ts'

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
      differences[i] = (rise * invert(run)) % fieldPrime
    }
  }
  // Horner over the Newton basis: p = d(n-1); p = p * (x - x(i)) + d(i).
  let coefficients: number[] = []
  for (let i = n - 1; i >= 0; i--) {
    const shift = modulo(-(xs[i] ?? 0))
    const next = new Array<number>(coefficients.length + 1).fill(0)
    coefficients.forEach((coefficient, power) => {
      next[power] = ((next[power] ?? 0) + coefficient * shift) % fieldPrime
      next[power + 1] = ((next[power + 1] ?? 0) + coefficient) % fieldPrime
    })
    next[0] = ((next[0] ?? 0) + (differences[i] ?? 0)) % fieldPrime
    coefficients = next.slice(0, n - i)
  }
  return coefficients
}

/** The polynomial's value at x over the field. */
export function evaluate(coefficients: ArrayLike<number>, x: number): number {
  let value = 0
  for (let power = coefficients.length - 1; power >= 0; power--) value = (value * x + (coefficients[power] ?? 0)) % fieldPrime
  return value
}
