import type { FixedRow } from './fixed-row.ts'

/** Weights cut down to the consensus of their column. Entries cut to 0 are gone; an explicit weight of 0 stays, and its bond with it. */
export function clipWeights(weights: readonly FixedRow[], consensus: readonly number[]): FixedRow[] {
  return weights.map(({ uids, values }) => {
    const clipped: FixedRow = { uids: [], values: [] }
    for (let k = 0; k < uids.length; k++) {
      const limit = consensus[uids[k]!]!
      const weight = values[k]!
      if (weight > limit && limit <= 0) continue
      clipped.uids.push(uids[k]!)
      clipped.values.push(Math.min(weight, limit))
    }
    return clipped
  })
}
