const most = (1n << 128n) - 1n

/** One as bits of U64F64, the fixed-point numbers with 64 fraction bits in which the chain's pools calculate. */
export const oneQ64 = 1n << 64n

/** A whole number as bits of U64F64. */
export function toQ64(whole: bigint): bigint {
  return capped(whole << 64n)
}

/** a x b, truncated; the largest number where it does not fit. */
export function mulQ64(a: bigint, b: bigint): bigint {
  return capped((a * b) >> 64n)
}

/** a / b, truncated; 0 where b is 0 or the quotient does not fit, as the chain's safe division has it. */
export function divQ64(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n
  const quotient = (a << 64n) / b
  return quotient > most ? 0n : quotient
}

/** a - b, never below 0. */
export function subQ64(a: bigint, b: bigint): bigint {
  return a > b ? a - b : 0n
}

/** The whole part. */
export function floorQ64(value: bigint): bigint {
  return value >> 64n
}

function capped(value: bigint): bigint {
  return value > most ? most : value
}
