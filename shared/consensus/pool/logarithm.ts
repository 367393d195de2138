const fractionBits = 320n
const one = 1n << fractionBits
const ln2 = inverseTangent(one / 3n) * 2n

/** The natural logarithm of a whole number above 0, as an integer with 320 fraction bits. */
export function logarithm(value: bigint): bigint {
  let shift = BigInt(value.toString(2).length - 1)
  let mantissa = (value << fractionBits) >> shift
  // Between 3/4 and 3/2 the series below needs few terms.
  if (mantissa > one + (one >> 1n)) {
    mantissa >>= 1n
    shift += 1n
  }
  return 2n * inverseTangent(((mantissa - one) << fractionBits) / (mantissa + one)) + ln2 * shift
}

/** floor(scale x e^x) of x with 320 fraction bits. */
export function exponential(x: bigint, scale: bigint): bigint {
  // e^x = 2^k e^r with 0 <= r < ln 2.
  const k = x >= 0n ? x / ln2 : -((ln2 - 1n - x) / ln2)
  const r = x - k * ln2
  let [sum, term] = [one, one]
  for (let n = 1n; term !== 0n; n += 1n) {
    term = ((term * r) >> fractionBits) / n
    sum += term
  }
  const scaled = sum * scale
  return k >= 0n ? (scaled << k) >> fractionBits : scaled >> (fractionBits - k)
}

/** atanh x = x + x^3/3 + x^5/5 + ...; ln m = 2 atanh((m - 1) / (m + 1)). */
function inverseTangent(x: bigint): bigint {
  const square = (x * x) >> fractionBits
  let [sum, power] = [0n, x]
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n
    power = (power * square) >> fractionBits
  }
  return sum
}
