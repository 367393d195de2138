/** The prime field of TOPLOC's polynomials (arXiv 2501.16007): products stay below 2^53, so plain numbers are exact. */
export const fieldPrime = 65_497

/** a^-1 mod the prime, by Fermat's little theorem; a is not 0 mod the prime. */
export function invert(a: number): number {
  let result = 1
  let base = modulo(a)
  for (let exponent = fieldPrime - 2; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) result = (result * base) % fieldPrime
    base = (base * base) % fieldPrime
  }
  return result
}

/** The representative between 0 and the prime, for negative numbers too. */
export function modulo(a: number): number {
  const rest = a % fieldPrime
  return rest < 0 ? rest + fieldPrime : rest
}
