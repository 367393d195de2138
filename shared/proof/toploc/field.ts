/** The prime field of TOPLOC's polynomials (arXiv 2501.16007): products stay below 2^53, so plain numbers are exact. */
export const fieldPrime = 65_497

const reciprocal = 1 / fieldPrime

/** a mod the prime for 0 <= a < 2^53: the operator % takes many times as long beyond 2^31. */
export function reduce(a: number): number {
  const rest = a - Math.floor(a * reciprocal) * fieldPrime
  // The product is rounded, so the quotient may be one off.
  if (rest < 0) return rest + fieldPrime
  return rest < fieldPrime ? rest : rest - fieldPrime
}

let inverses: Uint16Array | undefined

/** a^-1 mod the prime; a is not 0 mod the prime. */
export function invert(a: number): number {
  inverses ??= listInverses()
  return inverses[modulo(a)] ?? 0
}

// A proof takes thousands of inverses: all of them at once, by i^-1 = -(p div i) (p mod i)^-1.
function listInverses(): Uint16Array {
  const list = new Uint16Array(fieldPrime)
  list[1] = 1
  for (let a = 2; a < fieldPrime; a++) list[a] = ((fieldPrime - Math.floor(fieldPrime / a)) * (list[fieldPrime % a] ?? 0)) % fieldPrime
  return list
}

/** The representative between 0 and the prime, for negative numbers too. */
export function modulo(a: number): number {
  const rest = a % fieldPrime
  return rest < 0 ? rest + fieldPrime : rest
}
