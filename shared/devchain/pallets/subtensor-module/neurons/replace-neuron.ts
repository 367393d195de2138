import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { listStorageIndices } from '../subnets/list-storage-indices.ts'
import { clearServing } from './clear-serving.ts'
import { enterNeuron } from './enter-neuron.ts'
import { withEntry } from './with-entry.ts'

/** Hands a uid to another hotkey: what the old one had there goes, weights towards the uid become 0. The owner's own hotkey is never replaced. */
export function replaceNeuron(ctx: Context, netuid: number, uid: number, hotkey: string): void {
  const old = ctx.get(storage.Keys, netuid, uid)
  if (ctx.has(storage.SubnetOwnerHotkey, netuid) && ctx.get(storage.SubnetOwnerHotkey, netuid) === old) return
  ctx.remove(storage.Uids, netuid, old)
  ctx.remove(storage.IsNetworkMember, old, netuid)
  clearServing(ctx, netuid, old)
  enterNeuron(ctx, netuid, uid, hotkey)
  clearNeuron(ctx, netuid, uid)
  ctx.set(storage.Active, netuid, withEntry(ctx.get(storage.Active, netuid), uid, true, false))
  // The newcomer's rate limits start here, not where its predecessor left them.
  for (const index of listStorageIndices(ctx, netuid)) {
    ctx.set(storage.LastUpdate, index, withEntry(ctx.get(storage.LastUpdate, index), uid, BigInt(ctx.block), 0n))
  }
}

function clearNeuron(ctx: Context, netuid: number, uid: number): void {
  ctx.set(storage.Emission, netuid, withEntry(ctx.get(storage.Emission, netuid), uid, 0n, 0n))
  for (const list of [storage.Consensus, storage.Dividends, storage.ValidatorTrust, storage.StakeWeight]) {
    ctx.set(list, netuid, withEntry(ctx.get(list, netuid), uid, 0, 0))
  }
  ctx.set(storage.ValidatorPermit, netuid, withEntry(ctx.get(storage.ValidatorPermit, netuid), uid, false, false))
  for (const index of listStorageIndices(ctx, netuid)) clearInMechanism(ctx, index, uid)
}

function clearInMechanism(ctx: Context, index: number, uid: number): void {
  ctx.set(storage.Incentive, index, withEntry(ctx.get(storage.Incentive, index), uid, 0, 0))
  ctx.remove(storage.Bonds, index, uid)
  ctx.remove(storage.Weights, index, uid)
  for (const [[, from], row] of ctx.entries(storage.Weights, index)) {
    if (!row.some(([to]) => to === uid)) continue
    ctx.set(
      storage.Weights,
      index,
      from,
      row.map(([to, value]) => [to, to === uid ? 0 : value] as const),
    )
  }
}
