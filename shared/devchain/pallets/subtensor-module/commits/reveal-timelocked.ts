import type { Context } from '../../../context.ts'
import { DispatchError } from '../../../dispatch-error.ts'
import { drandStorage } from '../../drand/tables.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { isEpochDue } from '../subnets/is-epoch-due.ts'
import { storageIndex } from '../subnets/storage-index.ts'
import { storeWeights } from '../weights/store-weights.ts'
import { readCurrentEpoch } from './commit-epochs.ts'
import { openCommit } from './open-commit.ts'

/**
 * Reveals the timelocked commits whose epoch has come, subnet by subnet: those whose pulse is here are opened and their weights set;
 * the others are tried again in every block of the epoch and then dropped. Nobody is told of a commit that does not open or whose
 * weights break a rule: it just never takes effect. Subnets whose epoch has to wait a block wait with this too.
 */
export function revealTimelocked(ctx: Context, subnets: readonly number[]): void {
  const most = ctx.get(storage.MaxEpochsPerBlock)
  let running = 0
  for (const netuid of subnets) {
    if (isEpochDue(ctx, netuid)) {
      if (running >= most) continue
      running += 1
    }
    revealSubnet(ctx, netuid)
  }
}

function revealSubnet(ctx: Context, netuid: number): void {
  const period = ctx.get(storage.RevealPeriodEpochs, netuid)
  const current = readCurrentEpoch(ctx, netuid)
  const epoch = current > period ? current - period : 0n
  for (let mecid = 0; mecid < ctx.get(storage.MechanismCountCurrent, netuid); mecid += 1) {
    const index = storageIndex(netuid, mecid)
    for (const [, committed] of ctx.keys(storage.TimelockedWeightCommits, index)) {
      if (committed < epoch) ctx.remove(storage.TimelockedWeightCommits, index, committed)
    }
    // The first epochs of a subnet have nothing behind them that could be revealed.
    if (current < period) return
    const queue = ctx.get(storage.TimelockedWeightCommits, index, epoch)
    const waiting = queue.filter(([hotkey, , commit, round]) => {
      const pulse = ctx.get(drandStorage.Pulses, round)
      if (pulse === undefined) return true
      applyCommit(ctx, { hotkey, netuid, mecid, commit, signature: pulse.signature })
      return false
    })
    if (waiting.length === queue.length) continue
    if (waiting.length > 0) ctx.set(storage.TimelockedWeightCommits, index, epoch, waiting)
    else ctx.remove(storage.TimelockedWeightCommits, index, epoch)
  }
}

interface DueCommit {
  readonly hotkey: string
  readonly netuid: number
  readonly mecid: number
  readonly commit: Uint8Array
  readonly signature: Uint8Array
}

function applyCommit(ctx: Context, due: DueCommit): void {
  const { hotkey, netuid, mecid } = due
  const weights = openCommit(due)
  if (weights === undefined) return
  try {
    ctx.transact(() => {
      storeWeights(ctx, { hotkey, netuid, mecid, ...weights })
      ctx.deposit(events.TimelockedWeightsRevealed, [storageIndex(netuid, mecid), hotkey])
    })
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
  }
}
