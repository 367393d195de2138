import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

const u64Max = 2n ** 64n - 1n

/** How much a rao on root weighs beside a rao of alpha, with 32 fraction bits. */
export function taoWeightQ32(ctx: Context): bigint {
  return (ctx.get(storage.TaoWeight) << 32n) / u64Max
}
