const one = 1n << 32n
const u16Max = 65_535n << 32n
const threshold = 32_768n << 32n

/** Scales u16 weights so that their maximum becomes 65535, as the chain stores what `set_weights` brought; all 0 stays all 0. */
export function maxUpscale(values: readonly number[]): number[] {
  return maxUpscaleBits(values.map(value => BigInt(value) << 32n))
}

/**
 * The same for I32F32 numbers (bits), rounded half away from zero. A maximum above 32768 multiplies by the truncated ratio 65535 / max,
 * since the product would overflow; a smaller one multiplies first and divides after.
 */
export function maxUpscaleBits(bits: readonly bigint[]): number[] {
  let max = 0n
  for (const value of bits) if (value > max) max = value
  if (max === 0n) return bits.map(() => 0)
  const ratio = (u16Max << 32n) / max
  return bits.map(value => roundBits(max > threshold ? (value * ratio) >> 32n : (((value * u16Max) >> 32n) << 32n) / max))
}

function roundBits(bits: bigint): number {
  const rounded = (bits + one / 2n) >> 32n
  return rounded > 65_535n ? 65_535 : Number(rounded)
}
