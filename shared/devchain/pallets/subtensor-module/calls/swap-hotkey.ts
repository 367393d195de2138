import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { option } from '../../../scale/collections.ts'
import { accountId } from '../../../scale/hashes.ts'
import { bool, u16 } from '../../../scale/primitives.ts'
import { errors } from '../errors.ts'
import { type HotkeySwap, swapEverywhere, swapOnOneSubnet } from '../hotkey-swap/swap-everywhere.ts'
import { storage } from '../storage.ts'
import { listSubnets } from '../subnets/list-subnets.ts'

const root = 0

/** A coldkey puts a new hotkey in the place of one of its own, everywhere or on one subnet, stake included. */
export const swapHotkey = call({
  index: 70,
  args: { hotkey: accountId, new_hotkey: accountId, netuid: option(u16) },
  pays: 'yes',
  dispatch: (ctx, origin, { hotkey, new_hotkey, netuid }) =>
    swap(ctx, { coldkey: ensureSigned(origin), old: hotkey, next: new_hotkey, keepStake: false }, netuid),
})

/** The same, where the stake may stay with the old hotkey. */
export const swapHotkeyV2 = call({
  index: 72,
  args: { hotkey: accountId, new_hotkey: accountId, netuid: option(u16), keep_stake: bool },
  pays: 'yes',
  dispatch: (ctx, origin, { hotkey, new_hotkey, netuid, keep_stake }) =>
    swap(ctx, { coldkey: ensureSigned(origin), old: hotkey, next: new_hotkey, keepStake: keep_stake }, netuid),
})

function swap(ctx: Context, order: HotkeySwap, netuid: number | undefined): void {
  const { coldkey, old, next } = order
  const isOwn = (hotkey: string) => ctx.has(storage.Owner, hotkey) && ctx.get(storage.Owner, hotkey) === coldkey
  ensure(isOwn(old), errors.NonAssociatedColdKey)
  if (ctx.has(storage.Owner, next)) ensure(isOwn(next), errors.NonAssociatedColdKey)
  ensure(old !== next, errors.NewHotKeyIsSameWithOld)
  const last = ctx.get(storage.LastRateLimitedBlock, { type: 'LastTxBlock', value: coldkey })
  const limit = ctx.get(storage.TxRateLimit)
  ensure(limit === 0n || last === 0n || BigInt(ctx.block) - last > limit, errors.HotKeySetTxRateLimitExceeded)
  const places = netuid === undefined ? listSubnets(ctx) : [netuid]
  ensure(!places.some(on => ctx.get(storage.IsNetworkMember, next, on)), errors.HotKeyAlreadyRegisteredInSubNet)
  if (netuid === undefined || netuid === root) ensureCleanOnRoot(ctx, next)
  for (const type of ['LastTxBlock', 'LastTxBlockDelegateTake', 'LastTxBlockChildKeyTake'] as const) {
    ctx.set(storage.LastRateLimitedBlock, { type, value: next }, ctx.get(storage.LastRateLimitedBlock, { type, value: old }))
  }
  if (netuid === undefined) swapEverywhere(ctx, order)
  else swapOnOneSubnet(ctx, netuid, order)
}

/** A hotkey with root stake or claims of its own cannot take over another's. */
function ensureCleanOnRoot(ctx: Context, hotkey: string): void {
  const clean =
    ctx.get(storage.RootClaimable, hotkey).length === 0 &&
    ctx.get(storage.TotalHotkeyAlpha, hotkey, root) === 0n &&
    ctx.keys(storage.RootClaimed, root, hotkey).length === 0
  ensure(clean, errors.NewHotKeyNotCleanForRootSwap)
}
