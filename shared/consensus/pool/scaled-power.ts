import { exponential, logarithm } from './logarithm.ts'

/** Exponents whose parts are no larger are taken exactly, by an integer root. */
const largestExactPart = 1024n

/**
 * floor(scale x (numerator / denominator) ^ (power / root)), the power by which a weighted pool prices a swap; 0 of base 0, null where the
 * denominator or the root is 0. Exact for small exponents (equal weights have 1/1), else from 320 bits, beyond what the floor can show.
 */
export function scaledPower(numerator: bigint, denominator: bigint, power: bigint, root: bigint, scale: bigint): bigint | null {
  if (denominator === 0n || root === 0n) return null
  if (numerator === 0n) return 0n
  if (power === 0n) return scale
  const common = greatestCommonDivisor(power, root)
  const [p, r] = [power / common, root / common]
  if (p <= largestExactPart && r <= largestExactPart) return floorRoot((numerator ** p * scale ** r) / denominator ** p, r)
  return exponential(((logarithm(numerator) - logarithm(denominator)) * p) / r, scale)
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}

/** The largest integer whose power does not exceed a value, by Newton's method from above. */
function floorRoot(value: bigint, root: bigint): bigint {
  if (root === 1n || value === 0n) return value
  const bits = BigInt(value.toString(2).length)
  let guess = 1n << (bits / root + 1n)
  for (;;) {
    const next = ((root - 1n) * guess + value / guess ** (root - 1n)) / root
    if (next >= guess) return guess
    guess = next
  }
}
