import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

const u64Max = 2n ** 64n - 1n

/** Root's share of a subnet's stake weight, 32 fraction bits: root TAO x TaoWeight over that plus the subnet's alpha. */
export function readRootProportion(ctx: Context, netuid: number): bigint {
  const weightQ32 = (ctx.get(storage.TaoWeight) << 32n) / u64Max
  const rootQ32 = ctx.get(storage.SubnetTAO, 0) * weightQ32
  const issuance = ctx.get(storage.SubnetAlphaIn, netuid) + ctx.get(storage.SubnetAlphaOut, netuid)
  const allQ32 = rootQ32 + (issuance << 32n)
  return allQ32 === 0n ? 0n : (rootQ32 << 32n) / allQ32
}
