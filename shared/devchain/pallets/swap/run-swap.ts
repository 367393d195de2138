import type { AlphaPool } from '../../../consensus/pool/alpha-pool.ts'
import { divQ64, toQ64 } from '../../../consensus/pool/q64.ts'
import { type PoolOrder, type PoolRefusal, type PoolSwap, swapInPool } from '../../../consensus/pool/swap-in-pool.ts'
import type { Context } from '../../context.ts'
import { DispatchError } from '../../dispatch-error.ts'
import { storage } from '../subtensor-module/storage.ts'
import { hasPool, readPool } from './read-pool.ts'
import { swapErrors, swapStorage } from './tables.ts'

const raoPerTao = 1_000_000_000n

/** Limits that no price passes: rao of TAO per alpha. */
export const lowestPriceRao = 1_000n
export const highestPriceRao = 10n ** 15n

export interface SwapTerms {
  /** Rao of TAO per alpha beyond which nothing is swapped any more; no limit unless given. */
  readonly limitPriceRao?: bigint
  /** Whether the swap is free of the fee. */
  readonly withoutFee?: boolean
}

type Side = PoolOrder['side']

/** Swaps in a subnet's pool; whoever calls this moves the reserves. Throws the Swap pallet's error. */
export function runSwap(ctx: Context, netuid: number, side: Side, amount: bigint, terms: SwapTerms = {}): PoolSwap {
  const pool = readOpenPool(ctx, netuid)
  const done = tryPool(ctx, netuid, pool, side, amount, terms)
  if (typeof done === 'string') throw new DispatchError(swapErrors[done])
  if (!ctx.get(swapStorage.PalSwapInitialized, netuid)) {
    ctx.set(swapStorage.SwapBalancer, netuid, pool.taoWeight)
    ctx.set(swapStorage.PalSwapInitialized, netuid, true)
  }
  return done
}

/** What a swap at any price would give, fee included; null where the pool would refuse. Outside pools it is one for one, on no subnet nothing. */
export function simulateSwap(ctx: Context, netuid: number, side: Side, amount: bigint): PoolSwap | null {
  if (!hasPool(ctx, netuid)) {
    const given = ctx.get(storage.NetworksAdded, netuid) ? amount : 0n
    return { paidIn: given, paidOut: given, fee: 0n }
  }
  const done = tryPool(ctx, netuid, readOpenPool(ctx, netuid), side, amount, {})
  return typeof done === 'string' ? null : done
}

/** The first swap gives a pool equal weights, whatever the chain added before. */
function readOpenPool(ctx: Context, netuid: number): AlphaPool {
  const pool = readPool(ctx, netuid)
  return ctx.get(swapStorage.PalSwapInitialized, netuid) ? pool : { ...pool, taoWeight: ctx.defaultOf(swapStorage.SwapBalancer) }
}

function tryPool(ctx: Context, netuid: number, pool: AlphaPool, side: Side, amount: bigint, terms: SwapTerms): PoolSwap | PoolRefusal {
  const limit = terms.limitPriceRao ?? (side === 'buy' ? highestPriceRao : lowestPriceRao)
  const limitPriceQ64 = divQ64(toQ64(limit), toQ64(raoPerTao))
  const feeRate = terms.withoutFee === true ? 0 : ctx.get(swapStorage.FeeRate, netuid)
  return swapInPool(pool, { side, amount, limitPriceQ64, feeRate })
}
