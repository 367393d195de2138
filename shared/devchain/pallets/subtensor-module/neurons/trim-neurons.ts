import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { listStorageIndices } from '../subnets/list-storage-indices.ts'
import { listImmuneOwnerUids } from './choose-neuron-to-prune.ts'
import { clearServing } from './clear-serving.ts'
import { isImmune } from './is-immune.ts'

/** Of the places that stay, so many per cent may at most be immune, this one excluded. */
const immunePercentLimit = 80n

/**
 * Lowers how many neurons a subnet allows and removes the worst paid ones beyond that, never immune ones nor the owner's; those that stay
 * close ranks, so that their uids change, in weights and bonds too. Throws SubnetNotExists, InvalidValue or
 * TrimmingWouldExceedMaxImmunePercentage.
 */
export function trimNeurons(ctx: Context, netuid: number, most: number): void {
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
  ensure(most >= ctx.get(storage.MinAllowedUids, netuid), errors.InvalidValue)
  ensure(most <= ctx.get(storage.MaxAllowedUids, netuid), errors.InvalidValue)
  ctx.set(storage.MaxAllowedUids, netuid, most)
  const count = ctx.get(storage.SubnetworkN, netuid)
  if (count <= most) return
  const uids = Array.from({ length: count }, (_, uid) => uid)
  const ownerUids = listImmuneOwnerUids(ctx, netuid)
  const immune = new Set(uids.filter(uid => ownerUids.includes(uid) || isImmune(ctx, netuid, uid)))
  ensure(most > 0 && (BigInt(immune.size) * 100n) / BigInt(most) < immunePercentLimit, errors.TrimmingWouldExceedMaxImmunePercentage)
  const leaving = new Set(chooseLeaving(ctx, netuid, uids, immune, count - most))
  for (const uid of leaving) clearHotkey(ctx, netuid, ctx.get(storage.Keys, netuid, uid))
  closeRanks(
    ctx,
    netuid,
    uids.filter(uid => !leaving.has(uid)),
  )
}

/** The worst paid first; of those paid alike the one with the highest uid. */
function chooseLeaving(ctx: Context, netuid: number, uids: readonly number[], immune: ReadonlySet<number>, count: number): number[] {
  const emission = ctx.get(storage.Emission, netuid)
  const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)
  return uids
    .filter(uid => !immune.has(uid))
    .sort((a, b) => compare(emission[a] ?? 0n, emission[b] ?? 0n) || b - a)
    .slice(0, count)
}

function clearHotkey(ctx: Context, netuid: number, hotkey: string): void {
  ctx.remove(storage.IsNetworkMember, hotkey, netuid)
  ctx.remove(storage.AlphaDividendsPerSubnet, netuid, hotkey)
  clearServing(ctx, netuid, hotkey)
}

/** Writes all that the chain keeps by uid anew: the neuron at `staying[n]` becomes uid n. */
function closeRanks(ctx: Context, netuid: number, staying: readonly number[]): void {
  const neurons = staying.map(uid => ({
    hotkey: ctx.get(storage.Keys, netuid, uid),
    since: ctx.get(storage.BlockAtRegistration, netuid, uid),
  }))
  ctx.removePrefix(storage.Uids, netuid)
  ctx.removePrefix(storage.Keys, netuid)
  ctx.removePrefix(storage.BlockAtRegistration, netuid)
  for (const [uid, { hotkey, since }] of neurons.entries()) {
    ctx.set(storage.Keys, netuid, uid, hotkey)
    ctx.set(storage.Uids, netuid, hotkey, uid)
    ctx.set(storage.BlockAtRegistration, netuid, uid, since)
  }
  const keep = <T>(list: readonly T[], nothing: T) => staying.map(uid => list[uid] ?? nothing)
  ctx.set(storage.Emission, netuid, keep(ctx.get(storage.Emission, netuid), 0n))
  for (const entry of [storage.Active, storage.ValidatorPermit]) ctx.set(entry, netuid, keep(ctx.get(entry, netuid), false))
  for (const entry of [storage.Consensus, storage.Dividends, storage.ValidatorTrust, storage.StakeWeight])
    ctx.set(entry, netuid, keep(ctx.get(entry, netuid), 0))
  for (const index of listStorageIndices(ctx, netuid)) {
    ctx.set(storage.Incentive, index, keep(ctx.get(storage.Incentive, index), 0))
    ctx.set(storage.LastUpdate, index, keep(ctx.get(storage.LastUpdate, index), 0n))
    for (const entry of [storage.Weights, storage.Bonds]) renumberRows(ctx, entry, index, staying)
  }
  ctx.set(storage.SubnetworkN, netuid, neurons.length)
}

function renumberRows(ctx: Context, entry: typeof storage.Weights, index: number, staying: readonly number[]): void {
  const rows = staying.map(uid => (ctx.has(entry, index, uid) ? ctx.get(entry, index, uid) : undefined))
  ctx.removePrefix(entry, index)
  const newUid = new Map(staying.map((old, uid) => [old, uid]))
  for (const [uid, row] of rows.entries()) {
    if (row === undefined) continue
    ctx.set(
      entry,
      index,
      uid,
      row.flatMap(([to, value]) => {
        const renumbered = newUid.get(to)
        return renumbered === undefined ? [] : [[renumbered, value] as const]
      }),
    )
  }
}
