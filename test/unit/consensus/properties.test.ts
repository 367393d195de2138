import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EpochInput, SparseRow } from '../../../shared/consensus/epoch-input.ts'
import { runEpoch } from '../../../shared/consensus/run-epoch.ts'
import { epochInput } from './epoch-arbitrary.ts'

const total = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n)
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const byUid = (row: SparseRow) => row.toSorted((a, b) => a[0] - b[0])

/** The same subnet with neuron i moved to uid order[i]. */
function permuted(input: EpochInput, order: readonly number[]): EpochInput {
  const move = <T>(values: readonly T[]): T[] => values.map((_, to) => values[order.indexOf(to)]!)
  const rows = (matrix: readonly SparseRow[]) => move(matrix).map(row => byUid(row.map(([uid, value]) => [order[uid]!, value])))
  return {
    ...input,
    ownerUid: input.ownerUid === null ? null : order[input.ownerUid]!,
    commitBlocks: input.commitBlocks === null ? null : move(input.commitBlocks),
    stakeWeights: move(input.stakeWeights),
    lastUpdate: move(input.lastUpdate),
    blockAtRegistration: move(input.blockAtRegistration),
    validatorPermits: move(input.validatorPermits),
    weights: rows(input.weights),
    bonds: rows(input.bonds),
  }
}

describe('whatever the subnet, an epoch', () => {
  it('never pays more than its emission, and loses only dust', () => {
    fc.assert(
      fc.property(epochInput, input => {
        const { serverEmission, validatorEmission, combinedEmission } = runEpoch(input)
        const paid = total(serverEmission) + total(validatorEmission)
        expect(paid).toBeLessThanOrEqual(input.raoEmission)
        expect(total(combinedEmission)).toBeLessThanOrEqual(input.raoEmission)
        const dust = (input.raoEmission >> 32n) * 40n + 40n
        if (input.stakeWeights.some(stake => stake >= 10_000_000n)) expect(input.raoEmission - paid).toBeLessThanOrEqual(dust)
      }),
      { numRuns: 400, seed: 7 },
    )
  })

  it('gives shares of incentive, dividends and stake that sum to 65535 less rounding, or to nothing', () => {
    fc.assert(
      fc.property(epochInput, input => {
        const { incentive, dividends, stakeWeight } = runEpoch(input)
        for (const shares of [incentive, dividends, stakeWeight]) {
          expect(sum(shares) === 0 || (sum(shares) <= 65_535 && sum(shares) >= 65_535 - shares.length - 1)).toBe(true)
        }
      }),
      { numRuns: 400, seed: 7 },
    )
  })

  it('stores bonds and permits only for those who hold stake or own the subnet', () => {
    fc.assert(
      fc.property(epochInput, input => {
        const { bonds, validatorPermits } = runEpoch(input)
        const permits = validatorPermits.filter((permit, uid) => permit && uid !== input.ownerUid).length
        expect(permits).toBeLessThanOrEqual(input.maxValidators)
        bonds.forEach((row, uid) => {
          if (!validatorPermits[uid]) expect(row).toEqual([])
        })
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  it('does not care which uid a neuron has, permits of equal stakes aside', () => {
    const withOrder = epochInput.chain(input =>
      fc.tuple(fc.constant(input), fc.shuffledSubarray([...input.stakeWeights.keys()], { minLength: input.stakeWeights.length })),
    )
    fc.assert(
      fc.property(withOrder, ([input, order]) => {
        fc.pre(new Set(input.stakeWeights).size === input.stakeWeights.length)
        // Permits go by uid among stakes that are equal after truncation, so only those with enough seats are compared.
        const roomy = { ...input, maxValidators: input.stakeWeights.length }
        const before = runEpoch(roomy)
        const after = runEpoch(permuted(roomy, order))
        for (const field of ['incentive', 'consensus', 'dividends', 'validatorTrust', 'combinedEmission', 'validatorPermits'] as const) {
          expect(order.map(to => after[field][to])).toEqual([...before[field]])
        }
        expect(order.map(to => after.bonds[to])).toEqual(before.bonds.map(row => byUid(row.map(([uid, value]) => [order[uid]!, value]))))
      }),
      { numRuns: 300, seed: 7 },
    )
  })
})
