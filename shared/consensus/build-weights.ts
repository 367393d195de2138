import type { EpochInput } from './epoch-input.ts'
import { div, sum } from './fixed.ts'
import { type FixedRow, fixedRow } from './fixed-row.ts'

type WeightsInput = Pick<EpochInput, 'weights' | 'ownerUid' | 'lastUpdate' | 'blockAtRegistration' | 'commitBlocks'>

/**
 * The weights that count, each row normalised to sum 1: rows with a permit, without self-weights (the owner's stays), without weights
 * set before the neuron they point to registered, and, with commit-reveal, without those committed before it registered.
 */
export function buildWeights(input: WeightsInput, permits: readonly boolean[]): FixedRow[] {
  const { weights, ownerUid, lastUpdate, blockAtRegistration, commitBlocks } = input
  return weights.map((row, i) => {
    if (!permits[i]) return { uids: [], values: [] }
    const commitBlock = commitBlocks?.[i] ?? Number.POSITIVE_INFINITY
    const kept = fixedRow(row, j => {
      const registered = blockAtRegistration[j]
      if (registered === undefined || (i === j && i !== ownerUid)) return false
      return lastUpdate[i]! > registered && commitBlock >= registered
    })
    const total = sum(kept.values)
    // Plain integers over their integer sum: the quotient of the fixed-point numbers. A row of zeros stays zero.
    return { uids: kept.uids, values: kept.values.map(value => div(value, total)) }
  })
}
