import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { spendableBalance, withdrawFunds } from '../../balances/funds.ts'
import { keySwapCostRao, keySwapOnSubnetCostRao, keySwapOnSubnetInterval } from '../constants.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { isSubnetAccount } from '../subnets/is-subnet-account.ts'
import { listSubnets } from '../subnets/list-subnets.ts'
import { swapOnSubnet } from './swap-on-subnet.ts'

/** A hotkey that takes another's place, for the coldkey that owns both. */
export interface HotkeySwap {
  readonly coldkey: string
  readonly old: string
  readonly next: string
  /** Whether what others and the coldkey have staked stays with the old hotkey. */
  readonly keepStake: boolean
}

/** Puts one hotkey in another's place on every subnet. Throws a DispatchError. */
export function swapEverywhere(ctx: Context, swap: HotkeySwap): void {
  const { coldkey, old, next } = swap
  const all = listSubnets(ctx)
  const touched = all.filter(netuid => ctx.get(storage.IsNetworkMember, old, netuid) || ctx.get(storage.ChildKeys, old, netuid).length > 0)
  for (const netuid of touched) {
    const last = ctx.get(storage.LastHotkeySwapOnNetuid, netuid, coldkey)
    ensure(last === 0n || last + keySwapOnSubnetInterval < BigInt(ctx.block), errors.HotKeySwapOnSubnetIntervalNotPassed)
  }
  payForSwap(ctx, coldkey, keySwapCostRao)
  ensure(!isSubnetAccount(next), errors.CannotUseSystemAccount)
  const stakers = new Set(ctx.keys(storage.AlphaV2, old).map(([, staker]) => staker))
  ctx.remove(storage.Owner, old)
  ctx.set(storage.Owner, next, coldkey)
  const owned = ctx.get(storage.OwnedHotkeys, coldkey).filter(hotkey => hotkey !== old)
  ctx.set(storage.OwnedHotkeys, coldkey, owned.includes(next) ? owned : [...owned, next])
  for (const netuid of all) swapOnSubnet(ctx, netuid, swap)
  for (const type of ['LastTxBlock', 'LastTxBlockDelegateTake', 'LastTxBlockChildKeyTake'] as const)
    ctx.remove(storage.LastRateLimitedBlock, { type, value: old })
  if (ctx.has(storage.Delegates, old)) {
    ctx.set(storage.Delegates, next, ctx.get(storage.Delegates, old))
    ctx.remove(storage.Delegates, old)
  }
  if (!swap.keepStake) for (const staker of stakers) followStaker(ctx, staker, old, next)
  for (const netuid of touched) ctx.set(storage.LastHotkeySwapOnNetuid, netuid, coldkey, BigInt(ctx.block))
  ctx.set(storage.LastRateLimitedBlock, { type: 'LastTxBlock', value: coldkey }, BigInt(ctx.block))
  ctx.deposit(events.HotkeySwapped, { coldkey, old_hotkey: old, new_hotkey: next })
}

/** Puts one hotkey in another's place on a single subnet; the old one lives on elsewhere. Throws a DispatchError. */
export function swapOnOneSubnet(ctx: Context, netuid: number, swap: HotkeySwap): void {
  const { coldkey, old, next } = swap
  const block = BigInt(ctx.block)
  const last = ctx.get(storage.LastHotkeySwapOnNetuid, netuid, coldkey)
  ensure(last + keySwapOnSubnetInterval < block, errors.HotKeySwapOnSubnetIntervalNotPassed)
  ensure(!isSubnetAccount(next), errors.CannotUseSystemAccount)
  payForSwap(ctx, coldkey, keySwapOnSubnetCostRao)
  ctx.set(storage.Owner, next, coldkey)
  const owned = ctx.get(storage.OwnedHotkeys, coldkey)
  if (!owned.includes(next)) ctx.set(storage.OwnedHotkeys, coldkey, [...owned, next])
  swapOnSubnet(ctx, netuid, swap)
  ctx.set(storage.LastRateLimitedBlock, { type: 'LastTxBlock', value: coldkey }, block)
  ctx.set(storage.LastHotkeySwapOnNetuid, netuid, coldkey, block)
  ctx.deposit(events.HotkeySwappedOnSubnet, { coldkey, old_hotkey: old, new_hotkey: next, netuid })
}

/** The cost is recycled: it was never issued. */
function payForSwap(ctx: Context, coldkey: string, cost: bigint): void {
  ensure(cost <= spendableBalance(ctx, coldkey, 'expendable'), errors.NotEnoughBalanceToPaySwapHotKey)
  ensure(cost <= spendableBalance(ctx, coldkey, 'preserve'), errors.InsufficientBalance)
  withdrawFunds(ctx, coldkey, cost)
  ctx.set(storage.TotalIssuance, ctx.get(storage.TotalIssuance) - cost)
}

function followStaker(ctx: Context, staker: string, old: string, next: string): void {
  const hotkeys = ctx.get(storage.StakingHotkeys, staker)
  if (!hotkeys.includes(old)) return
  ctx.set(storage.StakingHotkeys, staker, [...hotkeys.filter(hotkey => hotkey !== old && hotkey !== next), next])
}
