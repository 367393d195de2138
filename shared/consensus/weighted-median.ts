import { sum } from './fixed.ts'

/**
 * The smallest score at which the stake of lower scores no longer leaves room for the minority: a quickselect over scores, pivot in the
 * middle, in the chain's order (all bits of I32F32). The chain's bound on rounds, one per entry, stays: beyond it the answer is 0.
 */
export function weightedMedian(stake: readonly number[], score: readonly number[], minority: number, stakeSum = sum(stake)): number {
  let current = stake.map((_, index) => index)
  let partitionLow = 0
  let partitionHigh = stakeSum
  for (let round = 0; round <= stake.length; round++) {
    if (current.length === 0) return 0
    if (current.length === 1) return score[current[0]!]!
    const pivot = score[current[current.length >> 1]!]!
    const lower: number[] = []
    const upper: number[] = []
    let lowerStake = 0
    let upperStake = 0
    for (const index of current) {
      const value = score[index]!
      if (value < pivot) {
        lowerStake += stake[index]!
        lower.push(index)
      } else if (value > pivot) {
        upperStake += stake[index]!
        upper.push(index)
      }
    }
    if (lower.length > 0 && minority < partitionLow + lowerStake) {
      current = lower
      partitionHigh = partitionLow + lowerStake
    } else if (upper.length > 0 && partitionHigh - upperStake <= minority) {
      current = upper
      partitionLow = partitionHigh - upperStake
    } else {
      return pivot
    }
  }
  return 0
}
