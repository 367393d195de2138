const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** The bfloat16 bit pattern nearest to a float32 value, ties to the even one; NaN stays NaN. */
export function toBfloat16(value: number): number {
  float[0] = value
  return roundBits(bits[0] ?? 0)
}

/** The value of a bfloat16 bit pattern. */
export function fromBfloat16(pattern: number): number {
  bits[0] = (pattern & 0xffff) << 16
  return float[0] ?? 0
}

/** The bit patterns of a whole row or tensor. */
export function toBfloat16Rows(values: Float32Array): Uint16Array {
  const patterns = new Uint16Array(values.length)
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  for (let index = 0; index < words.length; index++) patterns[index] = roundBits(words[index]!)
  return patterns
}

function roundBits(pattern: number): number {
  if ((pattern & 0x7fffffff) > 0x7f800000) return (pattern >>> 16) | 0x0040
  return ((pattern + 0x7fff + ((pattern >>> 16) & 1)) >>> 16) & 0xffff
}
