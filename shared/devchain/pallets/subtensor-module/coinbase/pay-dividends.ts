import type { Context } from '../../../context.ts'
import { creditRoot } from '../root-claims/credit-root.ts'
import { increaseStake, increaseStakeForAll } from '../stake/change-stake.ts'
import { storage } from '../storage.ts'

const u64Max = 2n ** 64n - 1n

export interface EarnedDividend {
  readonly hotkey: string
  /** Rao of alpha that the epoch computed for it. */
  readonly earned: bigint
  /** Rao of its alpha on the subnet. */
  readonly alpha: bigint
  /** Rao of its TAO on root. */
  readonly tao: bigint
}

/** Rao of alpha that an epoch pays for validating: to those who stake on the subnet, and to those who stake on root. */
export interface PendingDividends {
  readonly alpha: bigint
  readonly root: bigint
}

/**
 * Pays the validators' alpha in proportion to what their own alpha earned and root's in proportion to what their root TAO earned, each time
 * a take to the hotkey's owner first, the rest to all who stake to it there. Amounts carry 32 fraction bits, as on the chain.
 */
export function payDividends(ctx: Context, netuid: number, dividends: readonly EarnedDividend[], pending: PendingDividends): void {
  const weightQ32 = (ctx.get(storage.TaoWeight) << 32n) / u64Max
  const parts = dividends.map(dividend => ({ hotkey: dividend.hotkey, ...splitEarned(dividend, weightQ32) }))
  const [ofAlpha, ofRoot] = [parts.reduce((sum, { alpha }) => sum + alpha, 0n), parts.reduce((sum, { root }) => sum + root, 0n)]
  ctx.removePrefix(storage.AlphaDividendsPerSubnet, netuid)
  for (const { hotkey, alpha } of parts) {
    const rest = payTake(ctx, netuid, hotkey, pending.alpha, alpha, ofAlpha)
    if (rest > 0n) increaseStakeForAll(ctx, hotkey, netuid, rest)
    ctx.set(storage.AlphaDividendsPerSubnet, netuid, hotkey, rest)
    ctx.set(storage.TotalHotkeyAlphaLastEpoch, hotkey, netuid, ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid))
  }
  ctx.removePrefix(storage.RootAlphaDividendsPerSubnet, netuid)
  for (const { hotkey, root } of parts) {
    const rest = payTake(ctx, netuid, hotkey, pending.root, root, ofRoot)
    creditRoot(ctx, hotkey, netuid, rest)
    ctx.set(storage.RootAlphaDividendsPerSubnet, netuid, hotkey, rest)
  }
}

/** Pays the take of a hotkey's part of what is pending to its owner; gives the rest in rao. */
function payTake(ctx: Context, netuid: number, hotkey: string, pending: bigint, part: bigint, all: bigint): bigint {
  const share = all === 0n ? 0n : (part << 32n) / all
  const due = pending * share
  const take = (((BigInt(ctx.get(storage.Delegates, hotkey)) << 32n) / 65_535n) * due) >> 32n
  increaseStake(ctx, hotkey, ctx.get(storage.Owner, hotkey), netuid, take >> 32n)
  return (due - take) >> 32n
}

/** What a hotkey earned through the subnet's alpha and through root TAO, 32 fraction bits. */
function splitEarned({ earned, alpha, tao }: EarnedDividend, weightQ32: bigint): { readonly alpha: bigint; readonly root: bigint } {
  const weighed = tao * weightQ32
  const all = (alpha << 32n) + weighed
  const root = earned * (all === 0n ? 0n : (weighed << 32n) / all)
  return { alpha: (earned << 32n) - root, root }
}
