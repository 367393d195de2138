import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { storageIndex } from '../subnets/storage-index.ts'
import { type Committer, checkCommitter, mostUnrevealedCommits, touchCommitter } from './check-committer.ts'
import { isExpired, readCurrentEpoch } from './commit-epochs.ts'

/** Stores the hash of weights that the hotkey will reveal itself; throws a DispatchError with the first rule that the commit breaks. */
export function commitHash(ctx: Context, committer: Committer, hash: string): void {
  const { hotkey, netuid, mecid } = committer
  const uid = checkCommitter(ctx, committer)
  const index = storageIndex(netuid, mecid)
  const queue = ctx.get(storage.WeightCommits, index, hotkey) ?? []
  const waiting = dropExpired(ctx, netuid, queue).waiting
  ensure(waiting.length < mostUnrevealedCommits, errors.TooManyUnrevealedCommits)
  // The epoch decides when it may be revealed, the block which neurons its weights may point to; the fourth field is unused.
  ctx.set(storage.WeightCommits, index, hotkey, [...waiting, [hash, readCurrentEpoch(ctx, netuid), BigInt(ctx.block), 0n] as const])
  ctx.deposit(events.WeightsCommitted, [hotkey, index, hash])
  touchCommitter(ctx, index, uid)
}

/** One hash commit as stored: hash, epoch, block, an unused field. */
export type HashCommit = readonly [hash: string, epoch: bigint, block: bigint, unused: bigint]

/** A queue of commits without the expired ones at its front, and those. */
export function dropExpired(
  ctx: Context,
  netuid: number,
  queue: readonly HashCommit[],
): { readonly waiting: readonly HashCommit[]; readonly expired: readonly string[] } {
  const first = queue.findIndex(([, epoch]) => !isExpired(ctx, netuid, epoch))
  const count = first < 0 ? queue.length : first
  return { waiting: queue.slice(count), expired: queue.slice(0, count).map(([hash]) => hash) }
}
