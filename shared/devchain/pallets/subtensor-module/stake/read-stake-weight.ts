import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

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

/** What a hotkey's stake weighs on a subnet. Nothing flows between parent and child hotkeys yet: its own stake is all it has. */
export function readStakeWeight(ctx: Context, hotkey: string, netuid: number): StakeWeight {
  const alpha = ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid)
  const tao = ctx.get(storage.TotalHotkeyAlpha, hotkey, rootNetuid)
  const weightQ32 = (ctx.get(storage.TaoWeight) << 32n) / u64Max
  return { alpha, tao, total: alpha + ((tao * weightQ32) >> 32n) }
}
