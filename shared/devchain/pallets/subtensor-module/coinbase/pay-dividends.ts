import type { Context } from '../../../context.ts'
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

/**
 * Pays the validators' alpha in proportion to what their own alpha earned (the part that root TAO earned is not paid from it), a take to
 * the hotkey's owner first, the rest to all who stake to it. Amounts carry 32 fraction bits, as on the chain.
 */
export function payDividends(ctx: Context, netuid: number, dividends: readonly EarnedDividend[], pending: bigint): void {
  const weightQ32 = (ctx.get(storage.TaoWeight) << 32n) / u64Max
  const parts = dividends.map(dividend => ({ hotkey: dividend.hotkey, part: alphaPart(dividend, weightQ32) }))
  const total = parts.reduce((sum, { part }) => sum + part, 0n)
  ctx.removePrefix(storage.AlphaDividendsPerSubnet, netuid)
  for (const { hotkey, part } of parts) {
    const share = total === 0n ? 0n : (part << 32n) / total
    const due = pending * share
    const take = ((BigInt(ctx.get(storage.Delegates, hotkey)) << 32n) / 65_535n) * due
    const ownTake = take >> 32n
    const rest = (due - ownTake) >> 32n
    increaseStake(ctx, hotkey, ctx.get(storage.Owner, hotkey), netuid, ownTake >> 32n)
    if (rest > 0n) increaseStakeForAll(ctx, hotkey, netuid, rest)
    ctx.set(storage.AlphaDividendsPerSubnet, netuid, hotkey, rest)
    ctx.set(storage.TotalHotkeyAlphaLastEpoch, hotkey, netuid, ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid))
  }
}

/** What a hotkey earned through alpha alone, 32 fraction bits. */
function alphaPart({ earned, alpha, tao }: EarnedDividend, weightQ32: bigint): bigint {
  const root = tao * weightQ32
  const all = (alpha << 32n) + root
  const rootProportion = all === 0n ? 0n : (root << 32n) / all
  return (earned << 32n) - earned * rootProportion
}
