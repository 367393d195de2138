import { exp } from './exp.ts'
import { div, fromU16, mul, one } from './fixed.ts'
import { type FixedRow, mapRowPositive, spreadRow } from './fixed-row.ts'

export interface LiquidAlpha {
  readonly alphaLow: number
  readonly alphaHigh: number
  readonly sigmoidSteepness: number
}

/**
 * Yuma 3 bonds with an alpha of their own per validator and neuron: b' = min(1, (1 - a) * b + a * w). Only the pairs present in the
 * new weights go on, in their order; a bond whose weight is absent is lost.
 */
export function liquidBonds(
  next: readonly FixedRow[],
  previous: readonly FixedRow[],
  consensus: readonly number[],
  settings: LiquidAlpha,
): FixedRow[] {
  const alphaOf = buildAlpha(settings)
  const size = consensus.length
  return next.map((row, i) => {
    const bonds = spreadRow(previous[i]!, size)
    const seenBonds = spreadRow(seenInOrder(previous[i]!), size)
    const seenWeights = spreadRow(seenInOrder(row), size)
    return mapRowPositive(row, (weight, uid) => {
      const alpha = alphaOf(consensus[uid]!, seenWeights[uid]!, seenBonds[uid]!)
      return moveBond(bonds[uid]!, weight, alpha)
    })
  })
}

/** One bond moved towards a weight by alpha, at most 1. */
export function moveBond(bond: number, weight: number, alpha: number): number {
  return Math.min(one, mul(one - alpha, bond) + Math.max(0, mul(alpha, weight)))
}

/** The alpha of one pair: a sigmoid of how far the weight is above the consensus (buying) or below the bond (selling). */
function buildAlpha({ alphaLow, alphaHigh, sigmoidSteepness }: LiquidAlpha): (consensus: number, weight: number, bond: number) => number {
  const low = fromU16(alphaLow)
  const high = fromU16(alphaHigh)
  const slope = div(sigmoidSteepness, -100)
  return (consensus, weight, bond) => {
    const difference = Math.max(0, Math.min(one, weight >= bond ? weight - consensus : bond - weight))
    const sigmoid = div(one, one + exp(mul(slope, difference - one / 2)))
    return Math.max(low, Math.min(high, low + mul(sigmoid, high - low)))
  }
}

// To find its alpha the chain walks a row once beside ascending uids, so an entry that stands after a larger uid is read as 0.
function seenInOrder(row: FixedRow): FixedRow {
  const seen: FixedRow = { uids: [], values: [] }
  let largest = -1
  for (let k = 0; k < row.uids.length; k++) {
    const uid = row.uids[k]!
    if (uid <= largest) continue
    largest = uid
    seen.uids.push(uid)
    seen.values.push(row.values[k]!)
  }
  return seen
}
