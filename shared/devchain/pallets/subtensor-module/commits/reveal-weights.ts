import { hashWeights } from '../../../../timelock/hash-weights.ts'
import type { Context } from '../../../context.ts'
import { DispatchError, ensure, type ModuleErrorRef } from '../../../dispatch-error.ts'
import { fromHex, toHex } from '../../../hashing.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { storageIndex } from '../subnets/storage-index.ts'
import { storeWeights } from '../weights/store-weights.ts'
import type { Committer } from './check-committer.ts'
import { isRevealable } from './commit-epochs.ts'
import { dropExpired, type HashCommit } from './commit-hash.ts'

/** Weights in the open, with what their hash was made of. */
export interface RevealedWeights {
  readonly uids: readonly number[]
  readonly values: readonly number[]
  readonly salt: readonly number[]
  readonly versionKey: bigint
}

/** The hash that a hotkey must have committed to reveal these weights. */
export function hashOf({ hotkey, netuid, mecid }: Committer, revealed: RevealedWeights): string {
  return `0x${toHex(hashWeights({ hotkey: fromHex(hotkey), netuidIndex: storageIndex(netuid, mecid), ...revealed }))}`
}

/** Sets the weights of one commit and forgets the commits before it; throws a DispatchError with the first rule that is broken. */
export function revealWeights(ctx: Context, committer: Committer, revealed: RevealedWeights): void {
  const { hotkey, netuid, mecid } = committer
  const { queue, expired, index } = openQueue(ctx, committer)
  const hash = hashOf(committer, revealed)
  if (queue.length === 0) throw new DispatchError(unknownHash(hash, expired, errors.NoWeightsCommitFound))
  const position = queue.findIndex(([committed]) => committed === hash)
  const commit = queue[position]
  if (commit === undefined) throw new DispatchError(unknownHash(hash, expired, errors.InvalidRevealCommitHashNotMatch))
  ensure(isRevealable(ctx, netuid, commit[1]), errors.RevealTooEarly)
  closeQueue(ctx, index, hotkey, queue.slice(position + 1))
  storeWeights(ctx, { hotkey, netuid, mecid, ...revealed })
  ctx.deposit(events.WeightsRevealed, [hotkey, index, hash])
}

/** Sets the weights of several commits, all or none; throws a DispatchError with the first rule that is broken. */
export function revealWeightsBatch(ctx: Context, committer: Committer, reveals: readonly RevealedWeights[]): void {
  const { hotkey, netuid, mecid } = committer
  const { queue, expired, index } = openQueue(ctx, committer)
  const hashes = reveals.map(revealed => hashOf(committer, revealed))
  for (const hash of hashes) {
    const commit = queue.find(([committed]) => committed === hash)
    if (commit === undefined) throw new DispatchError(unknownHash(hash, expired, errors.InvalidRevealCommitHashNotMatch))
    ensure(isRevealable(ctx, netuid, commit[1]), errors.RevealTooEarly)
  }
  let left = queue
  for (const [number, revealed] of reveals.entries()) {
    const position = left.findIndex(([committed]) => committed === hashes[number])
    ensure(position >= 0, errors.InvalidRevealCommitHashNotMatch)
    left = left.filter((_, other) => other !== position)
    storeWeights(ctx, { hotkey, netuid, mecid, ...revealed })
  }
  closeQueue(ctx, index, hotkey, left)
  ctx.deposit(events.WeightsBatchRevealed, [hotkey, netuid, hashes])
}

interface OpenQueue {
  readonly index: number
  readonly queue: readonly HashCommit[]
  readonly expired: readonly string[]
}

function openQueue(ctx: Context, { hotkey, netuid, mecid }: Committer): OpenQueue {
  ensure(ctx.get(storage.CommitRevealWeightsEnabled, netuid), errors.CommitRevealDisabled)
  const index = storageIndex(netuid, mecid)
  const stored = ctx.get(storage.WeightCommits, index, hotkey)
  if (stored === undefined) throw new DispatchError(errors.NoWeightsCommitFound)
  const { waiting, expired } = dropExpired(ctx, netuid, stored)
  return { index, queue: waiting, expired }
}

function closeQueue(ctx: Context, index: number, hotkey: string, queue: readonly HashCommit[]): void {
  if (queue.length === 0) ctx.remove(storage.WeightCommits, index, hotkey)
  else ctx.set(storage.WeightCommits, index, hotkey, queue)
}

function unknownHash(hash: string, expired: readonly string[], other: ModuleErrorRef): ModuleErrorRef {
  return expired.includes(hash) ? errors.ExpiredWeightCommit : other
}
