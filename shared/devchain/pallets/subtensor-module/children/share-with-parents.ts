import type { Context } from '../../../context.ts'
import { taoWeightQ32 } from '../stake/tao-weight.ts'
import { storage } from '../storage.ts'
import { readChildkeyTake } from './read-childkey-take.ts'

const one = 1n << 32n
const u64Max = 2n ** 64n - 1n

/**
 * Splits a hotkey's dividends (rao) between it and the parents whose stake it validates with, in proportion to what each contributes
 * (alpha plus weighted root TAO); of what goes to parents of another coldkey it keeps its childkey take. Amounts carry 32 fraction bits.
 */
export function shareWithParents(ctx: Context, netuid: number, hotkey: string, dividends: bigint): (readonly [string, bigint])[] {
  const parents = ctx.get(storage.ParentKeys, hotkey, netuid)
  if (parents.length === 0) return [[hotkey, dividends]]
  const contributions = parents.map(([proportion, parent]) => ({
    parent,
    amount: contribution(ctx, netuid, parent, (proportion << 32n) / u64Max),
  }))
  const own = (contribution(ctx, netuid, hotkey, remainingShare(ctx, netuid, hotkey)) >> 32n) << 32n
  const total = contributions.reduce((sum, { amount }) => sum + amount, own)
  const takeShare = (BigInt(readChildkeyTake(ctx, netuid, hotkey)) << 32n) / 65_535n
  const owner = ctx.get(storage.Owner, hotkey)
  let [kept, take] = [dividends << 32n, 0n]
  const shares = contributions.map(({ parent, amount }) => {
    const due = dividends * (total === 0n ? 0n : (amount << 32n) / total)
    kept -= due
    const taken = ctx.get(storage.Owner, parent) === owner ? 0n : (takeShare * due) >> 32n
    take += taken
    return [parent, (due - taken) >> 32n] as const
  })
  return [...shares, [hotkey, (kept + take) >> 32n]]
}

/** What a share (32 fraction bits) of a hotkey's stake weighs on a subnet, with 32 fraction bits. */
function contribution(ctx: Context, netuid: number, hotkey: string, share: bigint): bigint {
  const alpha = ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid) * share
  const tao = (ctx.get(storage.TotalHotkeyAlpha, hotkey, 0) * share * taoWeightQ32(ctx)) >> 32n
  return alpha + tao
}

/** What of a hotkey's stake its children leave to it. */
function remainingShare(ctx: Context, netuid: number, hotkey: string): bigint {
  const given = ctx.get(storage.ChildKeys, hotkey, netuid).reduce((sum, [proportion]) => sum + (proportion << 32n) / u64Max, 0n)
  return given < one ? one - given : 0n
}
