const threshold = 32768

/**
 * Scales u16 weights so that their maximum becomes 65535, rounding half away from zero, as the chain stores what `set_weights` brought:
 * in I32F32, a maximum above 32768 multiplies by the truncated ratio, a smaller one multiplies first and divides after.
 */
export function maxUpscale(values: readonly number[]): number[] {
  const max = values.reduce((a, b) => Math.max(a, b), 0)
  if (max === 0) return values.slice()
  if (max > threshold) {
    // e < 2^16 and the ratio < 2^33, so the product is an exact double.
    const ratio = Math.floor((65535 * 2 ** 32) / max)
    return values.map(e => roundBits(e * ratio))
  }
  // Quotients of u16s are 1/65536 or more away from a rounding edge, so truncating to 32 fraction bits first changes nothing.
  return values.map(e => Math.floor((2 * e * 65535 + max) / (2 * max)))
}

// Fixed-point bits (32 fraction bits) to the nearest integer within u16.
function roundBits(bits: number): number {
  return Math.min(65535, Math.floor(bits / 2 ** 32 + 0.5))
}
