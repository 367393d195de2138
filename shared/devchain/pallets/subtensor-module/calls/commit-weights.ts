import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { h256 } from '../../../scale/hashes.ts'
import { u8, u16 } from '../../../scale/primitives.ts'
import { checkHashCommitInPool } from '../checks/check-commits-in-pool.ts'
import { commitHash } from '../commits/commit-hash.ts'

/** Commits to weights by their hash; the hotkey reveals them itself, RevealPeriodEpochs later. */
export const commitWeights = call({
  index: 96,
  args: { netuid: u16, commit_hash: h256 },
  pays: 'no',
  validate: checkHashCommitInPool,
  dispatch(ctx, origin, { netuid, commit_hash }) {
    commitHash(ctx, { hotkey: ensureSigned(origin), netuid, mecid: 0 }, commit_hash)
  },
})

/** Commits to weights of one mechanism by their hash. */
export const commitMechanismWeights = call({
  index: 115,
  args: { netuid: u16, mecid: u8, commit_hash: h256 },
  pays: 'no',
  validate: checkHashCommitInPool,
  dispatch(ctx, origin, { netuid, mecid, commit_hash }) {
    commitHash(ctx, { hotkey: ensureSigned(origin), netuid, mecid }, commit_hash)
  },
})
