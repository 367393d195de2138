const whole = 65_535n

/**
 * Shares an epoch's alpha (rao) among a subnet's mechanisms: floor(alpha x share / 65535), or floor(alpha / count) where no shares are
 * given; what the rounding leaves goes to mechanism 0. Mechanisms beyond the given shares get nothing.
 */
export function splitEmission(alpha: bigint, count: number, shares: readonly number[] | undefined): bigint[] {
  const even = alpha / BigInt(count)
  const parts = Array.from({ length: count }, (_, mechanism) =>
    shares === undefined ? even : (alpha * BigInt(shares[mechanism] ?? 0)) / whole,
  )
  const rest = alpha - parts.reduce((sum, part) => sum + part, 0n)
  if (rest > 0n) parts[0] = (parts[0] ?? 0n) + rest
  return parts
}
