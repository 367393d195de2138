import { describe, expect, it } from 'vitest'
import { combineMechanisms } from '../../../shared/consensus/combine-mechanisms.ts'
import type { EpochOutput } from '../../../shared/consensus/epoch-output.ts'
import { splitEmission } from '../../../shared/consensus/split-emission.ts'

describe('the alpha of mechanisms', () => {
  it('is shared evenly unless shares are given, and what rounding leaves goes to the first', () => {
    expect(splitEmission(101n, 2, undefined)).toEqual([51n, 50n])
    expect(splitEmission(100_000n, 2, [16_384, 49_151])).toEqual([25_001n, 74_999n])
    expect(splitEmission(100n, 2, [65_535])).toEqual([100n, 0n])
    expect(splitEmission(0n, 2, undefined)).toEqual([0n, 0n])
  })
})

const output = (share: number, emission: bigint, flag: boolean): EpochOutput => ({
  active: [flag],
  stakeWeight: [share],
  consensus: [share],
  incentive: [share],
  dividends: [share],
  validatorTrust: [share],
  validatorPermits: [flag],
  bonds: [[]],
  serverEmission: [emission],
  validatorEmission: [emission],
  combinedEmission: [emission],
})

describe('the epochs of mechanisms together', () => {
  it('weigh shares by the alpha of each and floor term by term, sum what is paid, and keep any permit', () => {
    const combined = combineMechanisms([output(65_535, 10n, false), output(3, 31n, true)], [1n, 2n])
    expect(combined).toEqual({
      active: [true],
      stakeWeight: [21_844 + 1],
      consensus: [21_845],
      dividends: [21_845],
      validatorTrust: [21_845],
      validatorPermits: [true],
      serverEmission: [41n],
      validatorEmission: [41n],
      combinedEmission: [3n + 20n],
    })
  })

  it('are the first alone where there is no alpha, and one mechanism is itself', () => {
    expect(combineMechanisms([output(7, 0n, false), output(9, 0n, true)], [0n, 0n]).stakeWeight).toEqual([7])
    expect(combineMechanisms([output(65_535, 9n, true)], [13n])).toMatchObject({ stakeWeight: [65_535], combinedEmission: [9n] })
  })
})
