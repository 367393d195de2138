import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { blake2Hash } from '../../../hashing.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { storageIndex } from '../subnets/storage-index.ts'
import { type Committer, checkCommitter, mostUnrevealedCommits, touchCommitter } from './check-committer.ts'
import { readCurrentEpoch } from './commit-epochs.ts'

export interface TimelockedWeights {
  readonly commit: Uint8Array
  /** The beacon's round that opens it. */
  readonly round: bigint
  readonly version: number
}

/** Stores encrypted weights that the chain itself will reveal; throws a DispatchError with the first rule that the commit breaks. */
export function commitTimelocked(ctx: Context, committer: Committer, { commit, round, version }: TimelockedWeights): void {
  const { hotkey, netuid, mecid } = committer
  const uid = checkCommitter(ctx, committer, version)
  const index = storageIndex(netuid, mecid)
  const epoch = readCurrentEpoch(ctx, netuid)
  const queue = ctx.get(storage.TimelockedWeightCommits, index, epoch)
  ensure(queue.filter(([who]) => who === hotkey).length < mostUnrevealedCommits, errors.TooManyUnrevealedCommits)
  ctx.set(storage.TimelockedWeightCommits, index, epoch, [...queue, [hotkey, BigInt(ctx.block), commit, round] as const])
  ctx.deposit(events.TimelockedWeightsCommitted, [hotkey, index, blake2Hash(commit), round])
  touchCommitter(ctx, index, uid)
}
