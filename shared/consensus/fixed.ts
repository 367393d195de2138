// I32F32 as the chain's epoch uses it, held as doubles that are integers: the bits of a signed fixed-point number with 32 fraction bits.
// All values of an epoch stay far below 2^53 bits (2^21), where doubles are exact, and several times faster than BigInt.

/** 1.0 */
export const one = 2 ** 32

/** (a * b) >> 32, floored. Exact while the operands and the result are below 2^21 in value. */
export function mul(a: number, b: number): number {
  const aHigh = Math.floor(a / one)
  const aLow = a - aHigh * one
  const bHigh = Math.floor(b / one)
  const bLow = b - bHigh * one
  const bLowHigh = Math.floor(bLow / 65536)
  const bLowLow = bLow - bLowHigh * 65536
  return aHigh * b + aLow * bHigh + Math.floor((aLow * bLowHigh + Math.floor((aLow * bLowLow) / 65536)) / 65536)
}

/** (a << 32) / b, truncated; 0 when b is 0. Exact while operands are below 2^53 bits and the result below 2^50 bits. */
export function div(a: number, b: number): number {
  if (b === 0) return 0
  // Below 2^37 bits two short divisions do: floor(x / y) of doubles is exact for integers below 2^53.
  if (a >= 0 && a < 2 ** 37 && b > 0 && b < 2 ** 37) {
    const high = Math.floor((a * 65536) / b)
    const rest = a * 65536 - high * b
    return high * 65536 + Math.floor((rest * 65536) / b)
  }
  // The remainder of doubles is exact at any size, and the quotient of what is left is an integer that rounding recovers.
  const dividend = a * one
  return Math.round((dividend - (dividend % b)) / b) + 0
}

/** Sum of bits. */
export function sum(values: readonly number[]): number {
  let total = 0
  for (const value of values) total += value
  return total
}

/** Every value divided by `total` (by default their sum); the values themselves where that is 0. */
export function normalise(values: readonly number[], total = sum(values)): number[] {
  return total === 0 ? values.slice() : values.map(value => div(value, total))
}

/** A share (bits) as a u16 of 65535: floored, clamped to u16. */
export function toU16(share: number): number {
  return Math.max(0, Math.min(65535, Math.floor(mul(share, 65535 * one) / one)))
}

/** A u16 of 65535 as a share (bits). */
export function fromU16(value: number): number {
  return div(value, 65535)
}
