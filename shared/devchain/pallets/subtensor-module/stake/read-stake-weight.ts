import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { taoWeightQ32 } from './tao-weight.ts'

const u64Max = 2n ** 64n - 1n
const rootNetuid = 0

export interface StakeWeight {
  /** Rao of the subnet's own alpha. */
  readonly alpha: bigint
  /** Rao of TAO staked on root. */
  readonly tao: bigint
  /** alpha + tao x TaoWeight / u64::MAX, floored: what the epoch and the thresholds look at. */
  readonly total: bigint
}

/** What a hotkey's stake weighs on a subnet: its own, less what it gave to its children, with what its parents gave to it. */
export function readStakeWeight(ctx: Context, hotkey: string, netuid: number): StakeWeight {
  const children = ctx.get(storage.ChildKeys, hotkey, netuid)
  const parents = ctx.get(storage.ParentKeys, hotkey, netuid)
  const inherited = (on: number) => {
    const own = ctx.get(storage.TotalHotkeyAlpha, hotkey, on)
    const given = children.reduce((sum, [proportion]) => sum + own * share(proportion), 0n)
    const left = (own << 32n) - given
    const received = parents.reduce(
      (sum, [proportion, parent]) => sum + ctx.get(storage.TotalHotkeyAlpha, parent, on) * share(proportion),
      0n,
    )
    return ((left > 0n ? left : 0n) + received) >> 32n
  }
  const alpha = netuid === rootNetuid ? ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid) : inherited(netuid)
  const tao = inherited(rootNetuid)
  return { alpha, tao, total: alpha + ((tao * taoWeightQ32(ctx)) >> 32n) }
}

/** A part of u64::MAX with 32 fraction bits. */
function share(proportion: bigint): bigint {
  return (proportion << 32n) / u64Max
}
