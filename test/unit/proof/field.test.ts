import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldPrime, invert, reduce } from '../../../shared/proof/toploc/field.ts'

describe('the field of TOPLOC', () => {
  it('reduces as the operator % does, next to multiples of the prime too', () => {
    const largest = fieldPrime * fieldPrime
    fc.assert(fc.property(fc.nat(largest), a => reduce(a) === a % fieldPrime))
    fc.assert(
      fc.property(fc.nat(fieldPrime), fc.integer({ min: -1, max: 1 }), (times, near) => {
        const a = Math.max(0, times * fieldPrime + near)
        return reduce(a) === a % fieldPrime
      }),
    )
  })

  it('knows the inverse of everything but nought', () => {
    for (let a = 1; a < fieldPrime; a++) if ((a * invert(a)) % fieldPrime !== 1) expect.fail(`${a} has the inverse ${invert(a)}`)
  })
})
