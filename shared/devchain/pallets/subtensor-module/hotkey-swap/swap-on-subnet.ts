import type { Context } from '../../../context.ts'
import { events } from '../events.ts'
import { clearServing } from '../neurons/clear-serving.ts'
import { decreaseStake, increaseStake, readStake } from '../stake/change-stake.ts'
import { storage } from '../storage.ts'
import { listStorageIndices } from '../subnets/list-storage-indices.ts'
import type { HotkeySwap } from './swap-everywhere.ts'
import { swapFamily } from './swap-family.ts'

const root = 0

/** Moves all that a subnet keeps under a hotkey to another: its place, what it serves, its commits, parents, children and stake. */
export function swapOnSubnet(ctx: Context, netuid: number, { old, next, keepStake }: HotkeySwap): void {
  const member = ctx.get(storage.IsNetworkMember, old, netuid)
  ctx.remove(storage.IsNetworkMember, old, netuid)
  if (member) takePlace(ctx, netuid, old, next)
  if (ctx.has(storage.ChildkeyTake, old, netuid)) {
    ctx.set(storage.ChildkeyTake, next, netuid, ctx.get(storage.ChildkeyTake, old, netuid))
    ctx.remove(storage.ChildkeyTake, old, netuid)
  }
  swapFamily(ctx, netuid, old, next)
  for (const [[coldkey, on], destination] of ctx.entries(storage.AutoStakeDestination)) {
    if (on === netuid && destination === old) ctx.set(storage.AutoStakeDestination, coldkey, netuid, next)
  }
  if (ctx.has(storage.SubnetOwnerHotkey, netuid) && ctx.get(storage.SubnetOwnerHotkey, netuid) === old) {
    ctx.set(storage.SubnetOwnerHotkey, netuid, next)
    ctx.deposit(events.SubnetOwnerHotkeySet, [netuid, next])
  }
  if (keepStake) return
  moveStakes(ctx, netuid, old, next)
  if (netuid === root) moveClaims(ctx, old, next)
}

function takePlace(ctx: Context, netuid: number, old: string, next: string): void {
  ctx.set(storage.IsNetworkMember, next, netuid, true)
  const uid = ctx.get(storage.Uids, netuid, old)
  if (uid !== undefined) {
    ctx.remove(storage.Uids, netuid, old)
    ctx.set(storage.Uids, netuid, next, uid)
    ctx.set(storage.Keys, netuid, uid, next)
  }
  const [axon, prometheus, certificate] = [
    ctx.get(storage.Axons, netuid, old),
    ctx.get(storage.Prometheus, netuid, old),
    ctx.get(storage.NeuronCertificates, netuid, old),
  ]
  if (axon !== undefined) ctx.set(storage.Axons, netuid, next, axon)
  if (prometheus !== undefined) ctx.set(storage.Prometheus, netuid, next, prometheus)
  if (certificate !== undefined) ctx.set(storage.NeuronCertificates, netuid, next, certificate)
  clearServing(ctx, netuid, old)
  for (const index of listStorageIndices(ctx, netuid)) {
    const commits = ctx.get(storage.WeightCommits, index, old)
    if (commits === undefined) continue
    ctx.remove(storage.WeightCommits, index, old)
    ctx.set(storage.WeightCommits, index, next, commits)
  }
}

function moveStakes(ctx: Context, netuid: number, old: string, next: string): void {
  const lastEpoch = ctx.get(storage.TotalHotkeyAlphaLastEpoch, old, netuid)
  ctx.remove(storage.TotalHotkeyAlphaLastEpoch, old, netuid)
  if (lastEpoch > 0n)
    ctx.set(storage.TotalHotkeyAlphaLastEpoch, next, netuid, ctx.get(storage.TotalHotkeyAlphaLastEpoch, next, netuid) + lastEpoch)
  const dividends = ctx.get(storage.AlphaDividendsPerSubnet, netuid, old)
  ctx.remove(storage.AlphaDividendsPerSubnet, netuid, old)
  if (dividends > 0n)
    ctx.set(storage.AlphaDividendsPerSubnet, netuid, next, ctx.get(storage.AlphaDividendsPerSubnet, netuid, next) + dividends)
  const stakers = ctx.keys(storage.AlphaV2, old).filter(([, , on]) => on === netuid)
  for (const [, coldkey] of stakers) {
    const alpha = readStake(ctx, old, coldkey, netuid)
    decreaseStake(ctx, old, coldkey, netuid, alpha)
    increaseStake(ctx, next, coldkey, netuid, alpha)
  }
}

/** What root stake earned goes with it. */
function moveClaims(ctx: Context, old: string, next: string): void {
  const rates = new Map(ctx.get(storage.RootClaimable, next))
  for (const [netuid, rate] of ctx.get(storage.RootClaimable, old)) rates.set(netuid, (rates.get(netuid) ?? 0n) + rate)
  ctx.remove(storage.RootClaimable, old)
  ctx.set(
    storage.RootClaimable,
    next,
    [...rates].sort(([a], [b]) => a - b),
  )
  for (const netuid of rates.keys()) {
    for (const [[, , coldkey], claimed] of ctx.entries(storage.RootClaimed, netuid, old)) {
      ctx.remove(storage.RootClaimed, netuid, old, coldkey)
      ctx.set(storage.RootClaimed, netuid, next, coldkey, ctx.get(storage.RootClaimed, netuid, next, coldkey) + claimed)
    }
  }
}
