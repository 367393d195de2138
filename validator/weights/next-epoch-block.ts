import type { EpochState } from '../../shared/chain/chain-port.ts'

/** The chain forces an epoch after so many blocks without one. */
const longestStep = 50_400

export type EpochSchedule = Pick<
  EpochState,
  'tempo' | 'lastEpochBlock' | 'pendingEpochAt' | 'blocksSinceLastStep' | 'subnetEpochIndex' | 'block'
>

/** The first block after the one that the state was read at in which the subnet's epoch runs; null where the tempo is 0. */
export function nextEpochBlock({ block, tempo, lastEpochBlock, pendingEpochAt, blocksSinceLastStep }: EpochSchedule): number | null {
  if (tempo === 0) return null
  const forced = block + longestStep + 1 - blocksSinceLastStep
  const planned = Math.min(lastEpochBlock + tempo, forced, pendingEpochAt > 0 ? pendingEpochAt : Number.POSITIVE_INFINITY)
  return Math.max(block + 1, planned)
}

/** The epoch in which an extrinsic of the next block would count: the epoch's own block belongs to the one after it. */
export function epochOfNextBlock(schedule: EpochSchedule): number {
  return schedule.subnetEpochIndex + (nextEpochBlock(schedule) === schedule.block + 1 ? 1 : 0)
}
