import { type EpochSchedule, shouldRunEpoch } from '../consensus/should-run-epoch.ts'
import { AssayError } from '../errors/assay-error.ts'
import { type BeaconTimes, roundAt } from './beacon-times.ts'

/** What a commit's round is planned from, all read at one block. */
export interface RevealRequest {
  /** `block` is the head that the rest was read at: the commit is expected one block later. */
  readonly schedule: EpochSchedule
  /** SubnetEpochIndex. */
  readonly epochIndex: number
  /** RevealPeriodEpochs of the subnet. */
  readonly revealPeriodEpochs: number
  readonly blockTimeMs: number
  /** Unix milliseconds at which the head was the head. */
  readonly nowMs: number
  readonly beacon: BeaconTimes
  /** Whether the chain tries to open a commit in the block of the epoch alone, and not in every later one of that epoch too. */
  readonly openedOnce?: boolean
}

export interface RevealPlan {
  /** The epoch in which the commit will count as made. */
  readonly commitEpoch: number
  /** The first block in which the chain tries to open it. */
  readonly revealBlock: number
  /** The beacon's round to encrypt to. */
  readonly round: bigint
}

/** The round may come this many blocks into the reveal's epoch: weights that are readable any earlier could be copied. */
const marginBlocks = 3
/** Where the chain tries once, the pulse must have been brought to it before: so many blocks, as long as that is not past. */
const leadBlocks = 6
/** The chain allows no longer reveal period. */
const mostPeriods = 100

/**
 * Plans the round of a timelocked commit by playing the subnet's schedule on, block by block: a commit of epoch e is opened from the
 * first block of epoch e + RevealPeriodEpochs, an epoch counting as begun in the block that runs it. The round is
 * max(1, floor((now + (revealBlock + 3 - head) x blockTime - genesis) / period)); where a commit is opened once, that of 6 blocks before
 * the reveal, or the next one to come. Epochs that the chain defers because too many are
 * due in one block are not foreseen. Throws TIMELOCK_NO_EPOCH.
 */
export function planReveal(request: RevealRequest): RevealPlan {
  const { beacon, blockTimeMs, epochIndex, nowMs, revealPeriodEpochs } = request
  const head = request.schedule.block
  const { tempo } = request.schedule
  if (tempo === 0) throw new AssayError('TIMELOCK_NO_EPOCH', { problem: 'the subnet has tempo 0' })
  if (!Number.isInteger(revealPeriodEpochs) || revealPeriodEpochs < 0 || revealPeriodEpochs > mostPeriods)
    throw new AssayError('TIMELOCK_NO_EPOCH', {
      problem: `a reveal period of ${revealPeriodEpochs} epochs is not one of 0 to ${mostPeriods}`,
    })

  let state = { ...request.schedule, block: head + 1 }
  let index = epochIndex
  const epochBegun = () => index + (shouldRunEpoch(state) ? 1 : 0)
  const commitEpoch = epochBegun()
  while (epochBegun() < commitEpoch + revealPeriodEpochs) {
    const since = state.blocksSinceLastStep + 1
    const due = shouldRunEpoch({ ...state, blocksSinceLastStep: since })
    if (due) index += 1
    state = due
      ? { tempo, block: state.block + 1, lastEpochBlock: state.block, pendingEpochAt: 0, blocksSinceLastStep: 0 }
      : { ...state, block: state.block + 1, blocksSinceLastStep: since }
  }
  const revealBlock = state.block
  const shift = request.openedOnce ? -leadBlocks : marginBlocks
  const atSec = (nowMs + (revealBlock + shift - head) * blockTimeMs) / 1000 - beacon.genesisSec
  const least = request.openedOnce ? roundAt(beacon, nowMs) + 1 : 1
  return { commitEpoch, revealBlock, round: BigInt(Math.max(1, least, Math.floor(atSec / beacon.periodSec))) }
}
