import { fromU16, mul, one } from './fixed.ts'
import { type FixedRow, positiveEntries, spreadRow } from './fixed-row.ts'

/** The weights that bonds follow: between raw (penalty 0) and clipped (65535), W + p * (C - W). Only a penalty between sorts the rows by uid. */
export function penaliseWeights(weights: readonly FixedRow[], clipped: readonly FixedRow[], bondsPenalty: number): readonly FixedRow[] {
  const penalty = fromU16(bondsPenalty)
  if (penalty === 0) return weights
  if (penalty === one) return clipped
  const size = weights.length
  return weights.map((row, i) => {
    const clippedRow = spreadRow(clipped[i]!, size)
    return positiveEntries(spreadRow(row, size).map((weight, uid) => weight + mul(penalty, clippedRow[uid]! - weight)))
  })
}
