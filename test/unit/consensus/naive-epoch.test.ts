import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runEpoch } from '../../../shared/consensus/run-epoch.ts'
import { naiveEpoch } from '../../support/naive-epoch.ts'
import { epochInput } from './epoch-arbitrary.ts'

const sorted = (bonds: ReturnType<typeof runEpoch>['bonds']) => bonds.map(row => row.toSorted((a, b) => a[0] - b[0]))

describe('the exact epoch', () => {
  it('agrees in every bit with dense BigInt loops on random subnets', () => {
    fc.assert(
      fc.property(epochInput, input => {
        const output = runEpoch(input)
        expect({ ...output, bonds: sorted(output.bonds) }).toEqual(naiveEpoch(input))
      }),
      { numRuns: 400, seed: 20250701 },
    )
  })
})
