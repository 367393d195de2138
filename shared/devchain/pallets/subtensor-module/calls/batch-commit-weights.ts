import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { vec } from '../../../scale/collections.ts'
import { compact } from '../../../scale/compact.ts'
import { h256 } from '../../../scale/hashes.ts'
import { u16 } from '../../../scale/primitives.ts'
import { checkCommitBatchInPool } from '../checks/check-commits-in-pool.ts'
import { commitHash } from '../commits/commit-hash.ts'
import { errors } from '../errors.ts'
import { runWeightsBatch } from '../weights/run-weights-batch.ts'

/** Commits to weights on several subnets; one that is refused does not stop the others, an event names it. */
export const batchCommitWeights = call({
  index: 100,
  args: { netuids: vec(compact(u16)), commit_hashes: vec(h256) },
  pays: 'no',
  validate: checkCommitBatchInPool,
  dispatch(ctx, origin, { netuids, commit_hashes }) {
    const hotkey = ensureSigned(origin)
    ensure(netuids.length === commit_hashes.length, errors.InputLengthsUnequal)
    runWeightsBatch(ctx, hotkey, netuids, (netuid, item) => commitHash(ctx, { hotkey, netuid, mecid: 0 }, commit_hashes[item] ?? ''))
  },
})
