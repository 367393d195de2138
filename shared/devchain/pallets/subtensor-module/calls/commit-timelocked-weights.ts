import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { boundedBytes } from '../../../scale/collections.ts'
import { u8, u16, u64 } from '../../../scale/primitives.ts'
import { checkTimelockedInPool } from '../checks/check-commits-in-pool.ts'
import { commitTimelocked } from '../commits/commit-timelocked.ts'
import { maxCommitBytes } from '../constants.ts'

const commitBytes = boundedBytes(maxCommitBytes)
/** The version that the call without one stands for. */
const unnamedVersion = 4

/** Commits to weights that are encrypted to a round of the beacon; the chain reveals them itself. */
export const commitTimelockedWeights = call({
  index: 113,
  args: { netuid: u16, commit: commitBytes, reveal_round: u64, commit_reveal_version: u16 },
  pays: 'no',
  validate: checkTimelockedInPool,
  dispatch(ctx, origin, { netuid, commit, reveal_round, commit_reveal_version }) {
    const committer = { hotkey: ensureSigned(origin), netuid, mecid: 0 }
    commitTimelocked(ctx, committer, { commit, round: reveal_round, version: commit_reveal_version })
  },
})

/** Commits to encrypted weights of one mechanism. */
export const commitTimelockedMechanismWeights = call({
  index: 118,
  args: { netuid: u16, mecid: u8, commit: commitBytes, reveal_round: u64, commit_reveal_version: u16 },
  pays: 'no',
  validate: checkTimelockedInPool,
  dispatch(ctx, origin, { netuid, mecid, commit, reveal_round, commit_reveal_version }) {
    const committer = { hotkey: ensureSigned(origin), netuid, mecid }
    commitTimelocked(ctx, committer, { commit, round: reveal_round, version: commit_reveal_version })
  },
})

/** The older name of the same: it names no version and is refused as soon as the chain asks for another than 4. */
export const commitCrv3MechanismWeights = call({
  index: 117,
  args: { netuid: u16, mecid: u8, commit: commitBytes, reveal_round: u64 },
  pays: 'no',
  validate: checkTimelockedInPool,
  dispatch(ctx, origin, { netuid, mecid, commit, reveal_round }) {
    const committer = { hotkey: ensureSigned(origin), netuid, mecid }
    commitTimelocked(ctx, committer, { commit, round: reveal_round, version: unnamedVersion })
  },
})
