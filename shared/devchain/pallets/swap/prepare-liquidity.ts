import { weighInjection } from '../../../consensus/pool/alpha-pool.ts'
import type { Context } from '../../context.ts'
import { readPool } from './read-pool.ts'
import { swapStorage } from './tables.ts'

/** Prepares a pool for rao of TAO and alpha that the chain adds, so that its price stays; false where it cannot take them in that proportion. */
export function prepareLiquidity(ctx: Context, netuid: number, tao: bigint, alpha: bigint): boolean {
  const weight = weighInjection(readPool(ctx, netuid), tao, alpha)
  if (weight !== null) ctx.set(swapStorage.SwapBalancer, netuid, weight)
  return weight !== null
}
