import { type AlphaPool, poolPriceQ64 } from '../../../consensus/pool/alpha-pool.ts'
import { oneQ64 } from '../../../consensus/pool/q64.ts'
import type { Context } from '../../context.ts'
import { storage } from '../subtensor-module/storage.ts'
import { swapStorage } from './tables.ts'

/** Whether a subnet's alpha is swapped in a pool; on root, and wherever the mechanism is the stable one, 1 TAO is 1 alpha. */
export function hasPool(ctx: Context, netuid: number): boolean {
  return ctx.get(storage.SubnetMechanism, netuid) === 1
}

/** A subnet's pool as it stands. */
export function readPool(ctx: Context, netuid: number): AlphaPool {
  return {
    taoRao: ctx.get(storage.SubnetTAO, netuid),
    alphaRao: ctx.get(storage.SubnetAlphaIn, netuid),
    taoWeight: ctx.get(swapStorage.SwapBalancer, netuid),
  }
}

/** TAO per alpha of a subnet now, as bits of U64F64. */
export function readPriceQ64(ctx: Context, netuid: number): bigint {
  return hasPool(ctx, netuid) ? poolPriceQ64(readPool(ctx, netuid)) : oneQ64
}
