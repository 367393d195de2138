import { normalise, sum } from './fixed.ts'

export interface EmissionBasis {
  readonly incentive: readonly number[]
  readonly dividends: readonly number[]
  readonly activeStake: readonly number[]
  readonly stake: readonly number[]
  readonly raoEmission: bigint
}

export interface Emission {
  readonly serverEmission: bigint[]
  readonly validatorEmission: bigint[]
  readonly combinedEmission: bigint[]
}

/** Rao per neuron: incentive and dividends as shares of their joint sum; where both are 0, all by active stake, or by stake if none is active. */
export function buildEmission({ incentive, dividends, activeStake, stake, raoEmission }: EmissionBasis): Emission {
  const total = sum(incentive) + sum(dividends)
  const byStake = sum(activeStake) === 0 ? stake : activeStake
  const validator = total === 0 ? byStake : normalise(dividends, total)
  const combined = total === 0 ? byStake : normalise(incentive.map((share, uid) => share + dividends[uid]!))
  const inRao = (shares: readonly number[]) => shares.map(share => (BigInt(share) * raoEmission) >> 32n)
  return { serverEmission: inRao(normalise(incentive, total)), validatorEmission: inRao(validator), combinedEmission: inRao(combined) }
}
