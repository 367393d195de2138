import { averageBonds, bondsAlpha, readBonds } from './build-bonds.ts'
import type { EpochInput } from './epoch-input.ts'
import { fromU16, mul, normalise } from './fixed.ts'
import { type FixedRow, mapRow } from './fixed-row.ts'
import { liquidBonds } from './liquid-bonds.ts'
import { normaliseColumns, upscaleColumns } from './normalise-columns.ts'

/** Bonds to store and the dividends they earn, as bits of I32F32. */
export interface BondsResult {
  readonly bonds: readonly FixedRow[]
  readonly dividends: readonly number[]
}

export interface BondsBasis {
  readonly weights: readonly FixedRow[]
  readonly activeStake: readonly number[]
  readonly consensus: readonly number[]
  readonly incentive: readonly number[]
}

/** Yuma 2: bonds are shares of a column, moved towards weight times stake; D_i = sum_j B_ij * I_j; stored with each column's maximum at 1. */
export function settleBondsYuma2(input: EpochInput, { weights, activeStake, incentive }: BondsBasis): BondsResult {
  const size = activeStake.length
  const previous = normaliseColumns(readBonds(input), size)
  const staked = weights.map((row, i) => mapRow(row, weight => mul(weight, activeStake[i]!)))
  const averaged = averageBonds(normaliseColumns(staked, size), previous, bondsAlpha(input.bondsMovingAverage))
  const shares = normaliseColumns(averaged, size)
  return { bonds: upscaleColumns(shares, size), dividends: normalise(shares.map(row => earned(row, incentive))) }
}

/** Yuma 3: bonds follow the weights alone and are stored as they are; stake enters last, D_i = A_i * sum_j B_ij / sum(B_j) * I_j. */
export function settleBondsYuma3(input: EpochInput, { weights, activeStake, consensus, incentive }: BondsBasis): BondsResult {
  const previous = readBonds(input).map(row => mapRow(row, fromU16))
  const liquid = input.liquidAlpha && consensus.some(value => value !== 0)
  const bonds = liquid
    ? liquidBonds(weights, previous, consensus, input)
    : averageBonds(weights, previous, bondsAlpha(input.bondsMovingAverage))
  const shares = normaliseColumns(bonds, activeStake.length)
  return { bonds, dividends: normalise(shares.map((row, i) => mul(earned(row, incentive), activeStake[i]!))) }
}

function earned({ uids, values }: FixedRow, incentive: readonly number[]): number {
  let total = 0
  for (let k = 0; k < uids.length; k++) total += mul(values[k]!, incentive[uids[k]!]!)
  return total
}
