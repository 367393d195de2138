import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { listStorageIndices } from '../subnets/list-storage-indices.ts'
import { enterNeuron } from './enter-neuron.ts'
import { withEntry } from './with-entry.ts'

/** Gives a hotkey the next free uid, which it returns: the caller has checked that the subnet is not full. */
export function appendNeuron(ctx: Context, netuid: number, hotkey: string): number {
  const uid = ctx.get(storage.SubnetworkN, netuid)
  const block = BigInt(ctx.block)
  ctx.set(storage.SubnetworkN, netuid, uid + 1)
  ctx.set(storage.Active, netuid, withEntry(ctx.get(storage.Active, netuid), uid, true, false))
  ctx.set(storage.Emission, netuid, withEntry(ctx.get(storage.Emission, netuid), uid, 0n, 0n))
  for (const list of [storage.Consensus, storage.Dividends, storage.ValidatorTrust]) {
    ctx.set(list, netuid, withEntry(ctx.get(list, netuid), uid, 0, 0))
  }
  for (const index of listStorageIndices(ctx, netuid)) {
    ctx.set(storage.Incentive, index, withEntry(ctx.get(storage.Incentive, index), uid, 0, 0))
    ctx.set(storage.LastUpdate, index, withEntry(ctx.get(storage.LastUpdate, index), uid, block, 0n))
  }
  ctx.set(storage.ValidatorPermit, netuid, withEntry(ctx.get(storage.ValidatorPermit, netuid), uid, false, false))
  enterNeuron(ctx, netuid, uid, hotkey)
  return uid
}
