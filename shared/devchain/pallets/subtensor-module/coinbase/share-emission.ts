import { divQ64, mulQ64, oneQ64, subQ64, toQ64 } from '../../../../consensus/pool/q64.ts'
import type { Context } from '../../../context.ts'
import { hasPool } from '../../swap/read-pool.ts'
import { storage } from '../storage.ts'

/** TAO per alpha as the moving average of a subnet's price, bits of U64F64; 1 outside pools. */
export function readMovingPriceQ64(ctx: Context, netuid: number): bigint {
  return hasPool(ctx, netuid) ? ctx.get(storage.SubnetMovingPrice, netuid) << 32n : oneQ64
}

/**
 * What of a block's TAO (rao) falls on each subnet that emits, with 32 fraction bits: by moving price, times what its miners got of their
 * half rather than its owner; nothing where its emission is off, which the others get.
 */
export function shareEmission(ctx: Context, emitting: readonly number[], emission: bigint): bigint[] {
  const prices = emitting.map(netuid => readMovingPriceQ64(ctx, netuid))
  const byPrice = partsOf(prices, sum(prices))
  const kept = byPrice.map((share, index) => mulQ64(share, keptQ64(ctx, emitting[index] ?? 0)))
  const all = sum(kept)
  // Where all of them withhold everything, price alone decides.
  const shares = all > 0n ? partsOf(kept, all) : byPrice
  const enabled = emitting.map(netuid => ctx.get(storage.SubnetEmissionEnabled, netuid))
  const given = shares.map((share, index) => (enabled[index] === true ? share : 0n))
  const final = enabled.every(Boolean) ? shares : partsOf(given, sum(given))
  return final.map(share => mulQ64(toQ64(emission), share) >> 32n)
}

/** The part of the last epoch's incentive that the owner did not withhold. */
function keptQ64(ctx: Context, netuid: number): bigint {
  return subQ64(oneQ64, ctx.get(storage.MinerBurned, netuid) << 32n)
}

function partsOf(values: readonly bigint[], all: bigint): bigint[] {
  return values.map(value => divQ64(value, all))
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n)
}
