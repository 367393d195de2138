const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** The float16 bit pattern nearest to a float32 value, ties to the even one; beyond 65,504 infinity, NaN stays NaN. */
export function toFloat16(value: number): number {
  float[0] = value
  return roundBits(bits[0] ?? 0)
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

/** The bit patterns of a whole row or tensor. */
export function toFloat16Rows(values: Float32Array): Uint16Array {
  const patterns = new Uint16Array(values.length)
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  for (let index = 0; index < words.length; index++) patterns[index] = roundBits(words[index]!)
  return patterns
}

let values: Float32Array | undefined

/** The values of a whole row or tensor. */
export function fromFloat16Rows(patterns: Uint16Array): Float32Array {
  values ??= Float32Array.from({ length: 0x10000 }, (_, pattern) => fromFloat16(pattern))
  const found = new Float32Array(patterns.length)
  for (let index = 0; index < patterns.length; index++) found[index] = values[patterns[index]!]!
  return found
}

function roundBits(pattern: number): number {
  const sign = (pattern >>> 16) & 0x8000
  const magnitude = pattern & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  // From 65,520 on the nearest is infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00
  if (magnitude < 0x38800000) return sign | roundSmall(magnitude)
  const shifted = magnitude - 0x38000000
  return sign | ((shifted + 0xfff + ((shifted >>> 13) & 1)) >>> 13)
}

// Below 2^-14 patterns count in steps of 2^-24.
function roundSmall(magnitude: number): number {
  bits[0] = magnitude
  const steps = (float[0] ?? 0) * 2 ** 24
  const floor = Math.floor(steps)
  const rest = steps - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}
