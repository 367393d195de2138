import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** Takes TAO into a subnet's pool and gives alpha out of it, both in rao: 1 TAO is 1 alpha. */
export function buyAlpha(ctx: Context, netuid: number, tao: bigint): bigint {
  move(ctx, netuid, tao)
  return tao
}

/** Takes alpha back into a subnet's pool and gives TAO out of it, both in rao: 1 alpha is 1 TAO. */
export function sellAlpha(ctx: Context, netuid: number, alpha: bigint): bigint {
  move(ctx, netuid, -alpha)
  return alpha
}

function move(ctx: Context, netuid: number, tao: bigint): void {
  for (const [entry, by] of [
    [storage.SubnetTAO, tao],
    [storage.SubnetAlphaIn, -tao],
    [storage.SubnetAlphaOut, tao],
  ] as const) {
    const value = ctx.get(entry, netuid) + by
    ctx.set(entry, netuid, value < 0n ? 0n : value)
  }
  const total = ctx.get(storage.TotalStake) + tao
  ctx.set(storage.TotalStake, total < 0n ? 0n : total)
  ctx.set(storage.SubnetVolume, netuid, ctx.get(storage.SubnetVolume, netuid) + (tao < 0n ? -tao : tao))
}
