/** The chain's decimal float of a share: mantissa x 10^exponent. */
export interface SafeFloat {
  readonly mantissa: bigint
  readonly exponent: bigint
}

/** The share of nothing, and the storage default. */
export const zeroShare: SafeFloat = { mantissa: 0n, exponent: 0n }

const largestMantissa = 10n ** 21n

// Every nonzero share keeps 21 digits, so that adding a small one to a large one loses as little as the chain does.
function normalize(mantissa: bigint, exponent: bigint): SafeFloat {
  if (mantissa === 0n) return zeroShare
  let [m, e] = [mantissa, exponent]
  for (; m > largestMantissa; e += 1n) m /= 10n
  for (; m <= largestMantissa / 10n; e -= 1n) m *= 10n
  return { mantissa: m, exponent: e }
}

/** A whole amount as a share: shares start out equal to the alpha that bought them. */
export function toShare(amount: bigint): SafeFloat {
  return normalize(amount, 0n)
}

function align(a: SafeFloat, b: SafeFloat): [bigint, bigint, bigint] {
  const top = a.exponent > b.exponent ? a.exponent : b.exponent
  return [a.mantissa / 10n ** (top - a.exponent), b.mantissa / 10n ** (top - b.exponent), top]
}

/** a + b, truncated to 21 digits. */
export function addShares(a: SafeFloat, b: SafeFloat): SafeFloat {
  if (a.mantissa === 0n) return b
  if (b.mantissa === 0n) return a
  const [x, y, exponent] = align(a, b)
  return normalize(x + y, exponent)
}

/** a - b, never below zero. */
export function subtractShares(a: SafeFloat, b: SafeFloat): SafeFloat {
  if (b.mantissa === 0n || a.mantissa === 0n) return a
  const [x, y, exponent] = align(a, b)
  return normalize(x > y ? x - y : 0n, exponent)
}

/** a x b / c, zero where c is zero. */
export function scaleShare(a: SafeFloat, b: SafeFloat, c: SafeFloat): SafeFloat {
  if (c.mantissa === 0n) return zeroShare
  return normalize((a.mantissa * b.mantissa) / c.mantissa, a.exponent + b.exponent - c.exponent)
}

/** The whole part of a share, as a u64. */
export function floorShare({ mantissa, exponent }: SafeFloat): bigint {
  const whole = exponent >= 0n ? mantissa * 10n ** exponent : mantissa / 10n ** -exponent
  return whole < 2n ** 64n ? whole : 2n ** 64n - 1n
}
