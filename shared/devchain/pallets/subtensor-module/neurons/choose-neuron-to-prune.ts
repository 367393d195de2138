import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { readOwnerUid } from '../subnets/read-owner-uid.ts'
import { isImmune } from './is-immune.ts'

interface Candidate {
  readonly uid: number
  readonly emission: bigint
  readonly registeredAt: bigint
}

/**
 * The uid that a newcomer to a full subnet takes: of the neurons out of immunity the one with the lowest (emission, registration block, uid),
 * as long as more than MinNonImmuneUids of them are left; else the lowest immune one; undefined where only the owner's are left.
 */
export function chooseNeuronToPrune(ctx: Context, netuid: number): number | undefined {
  const emission = ctx.get(storage.Emission, netuid)
  const untouchable = listImmuneOwnerUids(ctx, netuid)
  const settled: Candidate[] = []
  const immune: Candidate[] = []
  for (let uid = 0; uid < ctx.get(storage.SubnetworkN, netuid); uid += 1) {
    if (untouchable.includes(uid)) continue
    const registeredAt = ctx.get(storage.BlockAtRegistration, netuid, uid)
    const group = isImmune(ctx, netuid, uid) ? immune : settled
    group.push({ uid, registeredAt, emission: emission[uid] ?? 0n })
  }
  const pick = settled.length > ctx.get(storage.MinNonImmuneUids, netuid) ? settled : immune
  return pick.sort(compareCandidates)[0]?.uid
}

function compareCandidates(a: Candidate, b: Candidate): number {
  if (a.emission !== b.emission) return a.emission < b.emission ? -1 : 1
  if (a.registeredAt !== b.registeredAt) return a.registeredAt < b.registeredAt ? -1 : 1
  return a.uid - b.uid
}

/** The uids of the owner that are never pruned: its hotkey first, then its oldest, ImmuneOwnerUidsLimit in all. */
export function listImmuneOwnerUids(ctx: Context, netuid: number): number[] {
  const limit = ctx.get(storage.ImmuneOwnerUidsLimit, netuid)
  const owned = ctx
    .get(storage.OwnedHotkeys, ctx.get(storage.SubnetOwner, netuid))
    .map(hotkey => ctx.get(storage.Uids, netuid, hotkey))
    .filter(uid => uid !== undefined)
    .map(uid => ({ uid, emission: 0n, registeredAt: ctx.get(storage.BlockAtRegistration, netuid, uid) }))
    .sort(compareCandidates)
    .map(({ uid }) => uid)
    .slice(0, limit)
  const ownerUid = readOwnerUid(ctx, netuid)
  return ownerUid === undefined || owned.includes(ownerUid) ? owned : [ownerUid, ...owned].slice(0, limit)
}
