import { divQ64, floorQ64, mulQ64, subQ64, toQ64 } from '../../../../consensus/pool/q64.ts'
import type { Context } from '../../../context.ts'
import { hasPool, readPriceQ64 } from '../../swap/read-pool.ts'
import { runSwap } from '../../swap/run-swap.ts'
import { storage } from '../storage.ts'

const raoPerTao = 1_000_000_000n
const unlimited = 2n ** 64n - 1n
/** A pool takes at most so many times its reserve. */
const mostOfReserve = 1_000n

/** What a pool can take of TAO or alpha in one order. */
export function mostOf(reserve: bigint): bigint {
  const most = reserve * mostOfReserve
  return most > unlimited ? unlimited : most
}

/** How much TAO buys alpha before its price passes a limit (rao of TAO per alpha), fee included. Throws the Swap pallet's error. */
export function mostToBuy(ctx: Context, netuid: number, limitPriceRao: bigint): bigint {
  if (!hasPool(ctx, netuid)) return limitPriceRao >= raoPerTao ? unlimited : 0n
  return trySwap(ctx, netuid, 'buy', mostOf(ctx.get(storage.SubnetTAO, netuid)), limitPriceRao)
}

/** How much alpha sells before its price falls below a limit (rao of TAO per alpha), fee included. Throws the Swap pallet's error. */
export function mostToSell(ctx: Context, netuid: number, limitPriceRao: bigint): bigint {
  if (!hasPool(ctx, netuid)) return limitPriceRao <= raoPerTao ? unlimited : 0n
  return trySwap(ctx, netuid, 'sell', mostOf(ctx.get(storage.SubnetAlphaIn, netuid)), limitPriceRao)
}

/**
 * How much alpha moves to another subnet before an alpha here buys less than a limit (billionths of an alpha there). Between two pools it is
 * the chain's estimate, which counts with their reserves alone. Throws the Swap pallet's error.
 */
export function mostToMove(ctx: Context, from: number, to: number, limitPriceRao: bigint): bigint {
  if (!hasPool(ctx, from) && !hasPool(ctx, to)) return limitPriceRao > raoPerTao ? 0n : unlimited
  if (!hasPool(ctx, from)) {
    if (limitPriceRao === 0n) return unlimited
    return mostToBuy(ctx, to, floorQ64(mulQ64(divQ64(toQ64(raoPerTao), toQ64(limitPriceRao)), toQ64(raoPerTao))))
  }
  if (!hasPool(ctx, to)) return mostToSell(ctx, from, limitPriceRao)
  return mostBetweenPools(ctx, from, to, limitPriceRao)
}

function mostBetweenPools(ctx: Context, from: number, to: number, limitPriceRao: bigint): bigint {
  const [taoFrom, taoTo] = [ctx.get(storage.SubnetTAO, from), ctx.get(storage.SubnetTAO, to)]
  const [alphaFrom, alphaTo] = [ctx.get(storage.SubnetAlphaIn, from), ctx.get(storage.SubnetAlphaIn, to)]
  if (taoFrom === 0n || taoTo === 0n || alphaFrom === 0n || alphaTo === 0n) return 0n
  const limit = divQ64(toQ64(limitPriceRao), toQ64(raoPerTao))
  if (limit > divQ64(readPriceQ64(ctx, from), readPriceQ64(ctx, to))) return 0n
  if (limitPriceRao === 0n) return unlimited
  const all = toQ64(taoFrom + taoTo)
  const [partFrom, partTo] = [divQ64(toQ64(taoFrom), all), divQ64(toQ64(taoTo), all)]
  return floorQ64(subQ64(divQ64(mulQ64(toQ64(alphaTo), partFrom), limit), mulQ64(toQ64(alphaFrom), partTo)))
}

/** What a swap up to a limit would take, fee included; nothing of it stays. */
function trySwap(ctx: Context, netuid: number, side: 'buy' | 'sell', amount: bigint, limitPriceRao: bigint): bigint {
  const { paidIn, fee } = runSwap(ctx, netuid, side, amount, { limitPriceRao })
  return paidIn + fee
}
