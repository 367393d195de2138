const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** The float16 bit pattern nearest to a float32 value, ties to the even one; beyond 65,504 infinity, NaN stays NaN. */
export function toFloat16(value: number): number {
  float[0] = value
  const pattern = bits[0] ?? 0
  const sign = (pattern >>> 16) & 0x8000
  const magnitude = pattern & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  // From 65,520 on the nearest is infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00
  if (magnitude < 0x38800000) return sign | roundToEven(Math.abs(float[0] ?? 0) * 2 ** 24)
  const shifted = magnitude - 0x38000000
  return sign | ((shifted + 0xfff + ((shifted >>> 13) & 1)) >>> 13)
}

/** The value of a float16 bit pattern. */
export function fromFloat16(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1
  const exponent = (pattern >> 10) & 0x1f
  const fraction = pattern & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function roundToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}
