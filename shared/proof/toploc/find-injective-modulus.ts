import { fieldPrime } from './field.ts'

/** The largest modulus, from the prime down to 1, under which all indices stay different; indices are distinct, at most 65,497 of them. Throws RangeError where there is none. */
export function findInjectiveModulus(indices: readonly number[]): number {
  const seenAt = new Uint16Array(fieldPrime)
  // Stamps instead of clearing: one pass a candidate, and candidates rarely go far.
  let stamp = 0
  for (let modulus = fieldPrime; modulus >= indices.length && modulus > 0; modulus--) {
    if (stamp === 0xffff) seenAt.fill(0)
    stamp = (stamp % 0xffff) + 1
    const current = stamp
    if (
      indices.every(index => {
        const rest = index % modulus
        if (seenAt[rest] === current) return false
        seenAt[rest] = current
        return true
      })
    )
      return modulus
  }
  throw new RangeError('no modulus keeps these indices apart')
}
