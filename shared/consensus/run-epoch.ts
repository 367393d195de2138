import { buildConsensus } from './build-consensus.ts'
import { buildEmission } from './build-emission.ts'
import { buildIncentive } from './build-incentive.ts'
import { buildPermits, withOwner } from './build-permits.ts'
import { buildWeights } from './build-weights.ts'
import { clipWeights } from './clip-weights.ts'
import type { EpochInput, SparseRow } from './epoch-input.ts'
import type { EpochOutput } from './epoch-output.ts'
import { normalise, sum, toU16 } from './fixed.ts'
import type { FixedRow } from './fixed-row.ts'
import { normaliseStake } from './normalise-stake.ts'
import { penaliseWeights } from './penalise-weights.ts'
import { settleBondsYuma2, settleBondsYuma3 } from './settle-bonds.ts'

/**
 * Runs one epoch of one subnet exactly as Subtensor's sparse path does, bit for bit: from stake, weights and bonds to consensus,
 * incentive, dividends, new permits, new bonds and emission. The old permits gate this epoch, the new ones are for the next.
 * Every array of the input must have one entry per neuron; a row names no uid twice.
 */
export function runEpoch(input: EpochInput): EpochOutput {
  const forcedUid = input.ownerForced === false ? null : input.ownerUid
  const active = input.lastUpdate.map(updated => updated + input.activityCutoff >= input.block)
  const stake = normaliseStake(input.stakeWeights, input.stakeThreshold, forcedUid)
  const permits = withOwner(input.validatorPermits, forcedUid)
  const newPermits = buildPermits(stake, input.maxValidators, forcedUid)
  const activeStake = normalise(stake.map((share, uid) => (active[uid] && permits[uid] ? share : 0)))

  const weights = buildWeights(input, permits)
  const consensus = buildConsensus(activeStake, weights, input.kappa)
  const clipped = clipWeights(weights, consensus)
  const incentive = buildIncentive(activeStake, clipped)

  const basis = { weights: penaliseWeights(weights, clipped, input.bondsPenalty), activeStake, consensus, incentive }
  const { bonds, dividends } = input.yuma3 ? settleBondsYuma3(input, basis) : settleBondsYuma2(input, basis)

  return {
    active,
    stakeWeight: stake.map(toU16),
    consensus: consensus.map(toU16),
    incentive: incentive.map(toU16),
    dividends: dividends.map(toU16),
    validatorTrust: clipped.map(row => toU16(sum(row.values))),
    validatorPermits: newPermits,
    bonds: bonds.map((row, uid) => (newPermits[uid] ? storedRow(row) : [])),
    ...buildEmission({ incentive, dividends, activeStake, stake, raoEmission: input.raoEmission }),
  }
}

function storedRow({ uids, values }: FixedRow): SparseRow {
  return uids.map((uid, k) => [uid, toU16(values[k]!)])
}
