import { divQ64, floorQ64, mulQ64, oneQ64, subQ64, toQ64 } from '../../consensus/pool/q64.ts'
import type { Context } from '../context.ts'
import { readStake } from '../pallets/subtensor-module/stake/change-stake.ts'
import { storage } from '../pallets/subtensor-module/storage.ts'
import { listSubnets } from '../pallets/subtensor-module/subnets/list-subnets.ts'
import type { ValueOf } from '../scale/codec.ts'
import { tuple, vec } from '../scale/collections.ts'
import { compact } from '../scale/compact.ts'
import { struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { u16, u64 } from '../scale/primitives.ts'

const c16 = compact(u16)
const c64 = compact(u64)
const root = 0
const blocksPerDay = 7_200n
const thousandTao = 1_000_000_000_000n

/** A hotkey that others stake to: who they are, where it is registered, and what its emission comes to in a day. */
export const delegateInfo = struct(
  'pallet_subtensor::rpc_info::delegate_info::DelegateInfo',
  {
    delegate_ss58: accountId,
    take: c16,
    nominators: vec(tuple(accountId, vec(tuple(c16, c64)))),
    owner_ss58: accountId,
    registrations: vec(c16),
    validator_permits: vec(c16),
    return_per_1000: c64,
    total_daily_return: c64,
  },
  [{ name: 'AccountId', type: accountId.type }],
)

type DelegateInfo = ValueOf<typeof delegateInfo>

/** A stake to a delegate: the delegate without its nominators, the subnet, and rao of its alpha. */
export const delegation = tuple(delegateInfo, tuple(c16, c64))

/** One delegate; undefined where the hotkey is none. */
export function readDelegate(ctx: Context, hotkey: string): DelegateInfo | undefined {
  return ctx.has(storage.Delegates, hotkey) ? describe(ctx, hotkey, listNominators(ctx, hotkey)) : undefined
}

/** Every delegate of the chain. */
export function listDelegates(ctx: Context): DelegateInfo[] {
  return ctx.keys(storage.Delegates).map(([hotkey]) => describe(ctx, hotkey, listNominators(ctx, hotkey)))
}

/** Everything that a coldkey has with delegates. */
export function listDelegations(ctx: Context, coldkey: string): ValueOf<typeof delegation>[] {
  return ctx
    .keys(storage.Delegates)
    .flatMap(([hotkey]) =>
      ctx
        .keys(storage.AlphaV2, hotkey, coldkey)
        .map(([, , netuid]) => [describe(ctx, hotkey, []), [netuid, readStake(ctx, hotkey, coldkey, netuid)]] as const),
    )
}

function listNominators(ctx: Context, hotkey: string): DelegateInfo['nominators'] {
  const stakes = new Map<string, (readonly [number, bigint])[]>()
  for (const [, coldkey, netuid] of ctx.keys(storage.AlphaV2, hotkey)) {
    const all = stakes.get(coldkey) ?? []
    stakes.set(coldkey, [...all, [netuid, readStake(ctx, hotkey, coldkey, netuid)]])
  }
  return [...stakes].sort(([a], [b]) => (a < b ? -1 : 1))
}

function describe(ctx: Context, hotkey: string, nominators: DelegateInfo['nominators']): DelegateInfo {
  const registered = listSubnets(ctx).flatMap(netuid => {
    const uid = ctx.get(storage.Uids, netuid, hotkey)
    return uid === undefined ? [] : [{ netuid, uid }]
  })
  const take = ctx.get(storage.Delegates, hotkey)
  const perDay = registered.reduce((sum, { netuid, uid }) => {
    const epochs = divQ64(toQ64(blocksPerDay), toQ64(BigInt(ctx.get(storage.Tempo, netuid))))
    return sum + mulQ64(toQ64(ctx.get(storage.Emission, netuid)[uid] ?? 0n), epochs)
  }, 0n)
  const stake = toQ64(ctx.get(storage.TotalHotkeyAlpha, hotkey, root))
  const withoutTake = subQ64(oneQ64, divQ64(toQ64(BigInt(take)), toQ64(65_535n)))
  return {
    delegate_ss58: hotkey,
    take,
    nominators,
    owner_ss58: ctx.get(storage.Owner, hotkey),
    registrations: registered.map(({ netuid }) => netuid),
    validator_permits: registered
      .filter(({ netuid, uid }) => ctx.get(storage.ValidatorPermit, netuid)[uid] === true)
      .map(one => one.netuid),
    return_per_1000: floorQ64(divQ64(mulQ64(perDay, withoutTake), divQ64(stake, toQ64(thousandTao)))),
    total_daily_return: floorQ64(perDay),
  }
}
