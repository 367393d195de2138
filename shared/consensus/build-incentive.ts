import { mul, normalise } from './fixed.ts'
import type { FixedRow } from './fixed-row.ts'

/** Each neuron's share of the stake-weighted sum of clipped weights: I_j = R_j / sum(R), R_j = sum_i A_i * W_ij. */
export function buildIncentive(activeStake: readonly number[], clipped: readonly FixedRow[]): number[] {
  const ranks = new Array<number>(activeStake.length).fill(0)
  clipped.forEach(({ uids, values }, i) => {
    const stake = activeStake[i]!
    for (let k = 0; k < uids.length; k++) ranks[uids[k]!]! += mul(stake, values[k]!)
  })
  return normalise(ranks)
}
