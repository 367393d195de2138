import type { Context } from '../../../context.ts'
import type { ModuleErrorRef } from '../../../dispatch-error.ts'
import type { Origin } from '../../../origin.ts'
import type { InvalidTransaction } from '../../../transaction-validity.ts'
import { drandStorage } from '../../drand/tables.ts'
import { isRevealable } from '../commits/commit-epochs.ts'
import { hashOf, type RevealedWeights } from '../commits/reveal-weights.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { storageIndex } from '../subnets/storage-index.ts'
import { hasStakeForWeights } from './has-stake-for-weights.ts'
import { passesWeightsRateLimit } from './passes-weights-rate-limit.ts'
import { refuseInPool } from './refuse-in-pool.ts'

interface Target {
  readonly netuid: number
  readonly mecid?: number
}

type Refusal = InvalidTransaction | null

/** What keeps a hash commit out of the pool: too little stake, and committing too often. */
export function checkHashCommitInPool(ctx: Context, origin: Origin, { netuid, mecid = 0 }: Target): Refusal {
  if (origin.kind !== 'signed') return null
  const { who } = origin
  return firstRefusal(
    () => lacksStake(ctx, who, [netuid]),
    () => {
      const uid = ctx.get(storage.Uids, netuid, who)
      const passes = uid === undefined || passesWeightsRateLimit(ctx, netuid, uid, storageIndex(netuid, mecid))
      return passes ? undefined : errors.CommittingWeightsTooFast
    },
  )
}

/** What keeps a batch of hash commits out: lists of different lengths, and too little stake on one of the subnets. */
export function checkCommitBatchInPool(
  ctx: Context,
  origin: Origin,
  { netuids, commit_hashes }: { readonly netuids: readonly number[]; readonly commit_hashes: readonly string[] },
): Refusal {
  if (origin.kind !== 'signed') return null
  const { who } = origin
  return firstRefusal(
    () => (netuids.length === commit_hashes.length ? undefined : errors.InputLengthsUnequal),
    () => lacksStake(ctx, who, netuids),
  )
}

/** What keeps a timelocked commit out: too little stake, and a round whose pulse is already out. Its rate limit is asked in the block alone. */
export function checkTimelockedInPool(
  ctx: Context,
  origin: Origin,
  { netuid, reveal_round }: Target & { readonly reveal_round: bigint },
): Refusal {
  if (origin.kind !== 'signed') return null
  const { who } = origin
  return firstRefusal(
    () => lacksStake(ctx, who, [netuid]),
    () => (reveal_round < ctx.get(drandStorage.LastStoredRound) ? errors.InvalidRevealRound : undefined),
  )
}

/** What keeps reveals out: too little stake, a hash that was never committed, an epoch that is not the one. All of a batch must pass. */
export function checkRevealsInPool(
  ctx: Context,
  origin: Origin,
  { netuid, mecid = 0 }: Target,
  reveals: readonly RevealedWeights[] | undefined,
): Refusal {
  if (origin.kind !== 'signed') return null
  const { who } = origin
  if (reveals === undefined) return refuseInPool(errors.InputLengthsUnequal)
  return firstRefusal(
    () => lacksStake(ctx, who, [netuid]),
    () => {
      const queue = ctx.get(storage.WeightCommits, storageIndex(netuid, mecid), who)
      if (queue === undefined) return errors.NoWeightsCommitFound
      for (const revealed of reveals) {
        const hash = hashOf({ hotkey: who, netuid, mecid }, revealed)
        const commit = queue.find(([committed]) => committed === hash)
        if (commit === undefined) return errors.NoWeightsCommitFound
        if (!isRevealable(ctx, netuid, commit[1])) return errors.RevealTooEarly
      }
      return undefined
    },
  )
}

function lacksStake(ctx: Context, who: string, netuids: readonly number[]): ModuleErrorRef | undefined {
  return netuids.every(netuid => hasStakeForWeights(ctx, netuid, who)) ? undefined : errors.NotEnoughStakeToSetWeights
}

function firstRefusal(...checks: readonly (() => ModuleErrorRef | undefined)[]): Refusal {
  for (const check of checks) {
    const error = check()
    if (error !== undefined) return refuseInPool(error)
  }
  return null
}
