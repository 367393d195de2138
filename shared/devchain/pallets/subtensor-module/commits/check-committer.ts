import type { Context } from '../../../context.ts'
import { DispatchError, ensure } from '../../../dispatch-error.ts'
import { passesWeightsRateLimit } from '../checks/passes-weights-rate-limit.ts'
import { errors } from '../errors.ts'
import { withEntry } from '../neurons/with-entry.ts'
import { storage } from '../storage.ts'
import { ensureMechanismExists } from '../subnets/ensure-mechanism-exists.ts'
import { storageIndex } from '../subnets/storage-index.ts'

/** More commits than these of one hotkey never wait for their reveal. */
export const mostUnrevealedCommits = 10

export interface Committer {
  readonly hotkey: string
  readonly netuid: number
  readonly mecid: number
}

/** What both kinds of commit ask first, in the chain's order. `version` is that of a timelocked commit. Gives the committer's uid. */
export function checkCommitter(ctx: Context, { hotkey, netuid, mecid }: Committer, version?: number): number {
  ensureMechanismExists(ctx, netuid, mecid)
  ensure(ctx.get(storage.CommitRevealWeightsEnabled, netuid), errors.CommitRevealDisabled)
  ensure(version === undefined || version === ctx.get(storage.CommitRevealWeightsVersion), errors.IncorrectCommitRevealVersion)
  const uid = ctx.get(storage.Uids, netuid, hotkey)
  if (uid === undefined) throw new DispatchError(errors.HotKeyNotRegisteredInSubNet)
  ensure(passesWeightsRateLimit(ctx, netuid, uid, storageIndex(netuid, mecid)), errors.CommittingWeightsTooFast)
  return uid
}

/** Moves the last update to this block: with commit-reveal it is the commit that counts as activity, not the reveal. */
export function touchCommitter(ctx: Context, index: number, uid: number): void {
  ctx.set(storage.LastUpdate, index, withEntry(ctx.get(storage.LastUpdate, index), uid, BigInt(ctx.block), 0n))
}
