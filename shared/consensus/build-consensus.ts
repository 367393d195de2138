import { fromU16, normalise, sum } from './fixed.ts'
import type { FixedRow } from './fixed-row.ts'
import { weightedMedian } from './weighted-median.ts'

/** Per neuron the stake-weighted median of the weights that active validators give it, a missing weight counting as 0 (bits of I32F32). */
export function buildConsensus(activeStake: readonly number[], weights: readonly FixedRow[], kappa: number): number[] {
  const voters = activeStake.flatMap((stake, uid) => (stake > 0 ? [uid] : []))
  const voterStake = normalise(voters.map(uid => activeStake[uid]!))
  const stakeSum = sum(voterStake)
  const minority = stakeSum - fromU16(kappa)
  const columns = activeStake.map(() => new Array<number>(voters.length).fill(0))
  voters.forEach((uid, k) => {
    const row = weights[uid]!
    for (let entry = 0; entry < row.uids.length; entry++) columns[row.uids[entry]!]![k] = row.values[entry]!
  })
  return columns.map(column => weightedMedian(voterStake, column, minority, stakeSum))
}
