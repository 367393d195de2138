import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { addShares, floorShare, scaleShare, subtractShares, toShare } from './safe-float.ts'

/**
 * Adds rao of alpha to what a coldkey holds with a hotkey. The hotkey's alpha is one pool; the coldkey gets shares of it at today's rate,
 * so that dividends, which only make the pool larger, reach every nominator in proportion.
 */
export function increaseStake(ctx: Context, hotkey: string, coldkey: string, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  const staking = ctx.get(storage.StakingHotkeys, coldkey)
  if (!staking.includes(hotkey)) ctx.set(storage.StakingHotkeys, coldkey, [...staking, hotkey])
  const pool = ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid)
  const all = ctx.get(storage.TotalHotkeySharesV2, hotkey, netuid)
  const bought = all.mantissa === 0n ? toShare(amount) : scaleShare(toShare(amount), all, toShare(pool))
  ctx.set(storage.TotalHotkeySharesV2, hotkey, netuid, addShares(all, bought))
  ctx.set(storage.AlphaV2, hotkey, coldkey, netuid, addShares(ctx.get(storage.AlphaV2, hotkey, coldkey, netuid), bought))
  ctx.set(storage.TotalHotkeyAlpha, hotkey, netuid, pool + amount)
}

/** Takes rao of alpha from what a coldkey holds with a hotkey; the caller has checked that it is there. */
export function decreaseStake(ctx: Context, hotkey: string, coldkey: string, netuid: number, amount: bigint): void {
  const pool = ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid)
  const all = ctx.get(storage.TotalHotkeySharesV2, hotkey, netuid)
  const sold = scaleShare(toShare(amount), all, toShare(pool))
  ctx.set(storage.TotalHotkeySharesV2, hotkey, netuid, subtractShares(all, sold))
  ctx.set(storage.AlphaV2, hotkey, coldkey, netuid, subtractShares(ctx.get(storage.AlphaV2, hotkey, coldkey, netuid), sold))
  ctx.set(storage.TotalHotkeyAlpha, hotkey, netuid, pool > amount ? pool - amount : 0n)
}

/** Adds rao of alpha to a hotkey's pool for all of its nominators. */
export function increaseStakeForAll(ctx: Context, hotkey: string, netuid: number, amount: bigint): void {
  ctx.set(storage.TotalHotkeyAlpha, hotkey, netuid, ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid) + amount)
}

/** Rao of alpha that a coldkey holds with a hotkey: its shares of the hotkey's pool. */
export function readStake(ctx: Context, hotkey: string, coldkey: string, netuid: number): bigint {
  const pool = toShare(ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid))
  return floorShare(
    scaleShare(pool, ctx.get(storage.AlphaV2, hotkey, coldkey, netuid), ctx.get(storage.TotalHotkeySharesV2, hotkey, netuid)),
  )
}
