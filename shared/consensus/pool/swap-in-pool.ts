import { type AlphaPool, poolPriceQ64, wholeWeight } from './alpha-pool.ts'
import { divQ64, floorQ64, mulQ64, oneQ64, subQ64, toQ64 } from './q64.ts'
import { scaledPower } from './scaled-power.ts'

/** Reserves smaller than this in rao give nothing out. */
const leastReserve = 1_000_000n
/** One order may bring at most so many times what the pool has of the same token. */
const mostOfReserve = 1_000n
const scale = 10n ** 18n
const u64Max = 2n ** 64n - 1n

/** An order to a pool: rao of TAO to buy alpha with, or rao of alpha to sell. */
export interface PoolOrder {
  readonly side: 'buy' | 'sell'
  readonly amount: bigint
  /** The price (bits of U64F64) beyond which the pool takes no more: a buyer's highest, a seller's lowest. */
  readonly limitPriceQ64: bigint
  /** Share of the amount kept as a fee, of 65535. */
  readonly feeRate: number
}

/** What a pool does for an order. The fee comes on top of what is paid in and stays outside the pool; the rest of the amount is not taken. */
export interface PoolSwap {
  readonly paidIn: bigint
  readonly paidOut: bigint
  readonly fee: bigint
}

/** Why a pool does nothing, in the chain's words. */
export type PoolRefusal = 'SwapInputTooLarge' | 'ReservesTooLow' | 'PriceLimitExceeded'

/** Swaps in a pool up to the limit price: out = reserveOut x (1 - (reserveIn / (reserveIn + in)) ^ (weightIn / weightOut)), floored. */
export function swapInPool(pool: AlphaPool, { side, amount, limitPriceQ64, feeRate }: PoolOrder): PoolSwap | PoolRefusal {
  const buys = side === 'buy'
  const fee = feeOf(amount, feeRate)
  const whole = amount - fee
  if (whole > most(buys ? pool.taoRao : pool.alphaRao)) return 'SwapInputTooLarge'
  if ((buys ? pool.alphaRao : pool.taoRao) < leastReserve) return 'ReservesTooLow'
  const price = poolPriceQ64(pool)
  if (buys ? price >= limitPriceQ64 : price <= limitPriceQ64) return 'PriceLimitExceeded'
  const target = poolPriceQ64(after(pool, buys, whole, amountOut(pool, buys, whole)))
  const fits = buys ? target <= limitPriceQ64 : target >= limitPriceQ64
  const paidIn = fits ? whole : amountTo(pool, buys, price, limitPriceQ64)
  const paidOut = amountOut(pool, buys, paidIn)
  if (paidIn > 0n && paidOut === 0n) return 'ReservesTooLow'
  return { paidIn, paidOut, fee: fits ? fee : feeOnTop(paidIn, feeRate) }
}

/** The fee within an amount, in rao. */
export function feeOf(amount: bigint, feeRate: number): bigint {
  return floorQ64(mulQ64(toQ64(amount), divQ64(toQ64(BigInt(feeRate)), toQ64(65_535n))))
}

/** The fee of an amount that is what is left after it, in rao. */
function feeOnTop(amount: bigint, feeRate: number): bigint {
  const rate = BigInt(feeRate)
  return floorQ64(mulQ64(toQ64(amount), divQ64(toQ64(rate), toQ64(65_535n - rate))))
}

function most(reserve: bigint): bigint {
  const limit = reserve * mostOfReserve
  return limit > u64Max ? u64Max : limit
}

/** What an amount, net of its fee, gets out. */
function amountOut(pool: AlphaPool, buys: boolean, amount: bigint): bigint {
  const [reserveIn, reserveOut] = buys ? [pool.taoRao, pool.alphaRao] : [pool.alphaRao, pool.taoRao]
  return floorQ64(mulQ64(toQ64(reserveOut), subQ64(oneQ64, keptShareQ64(pool, buys, reserveIn, amount))))
}

/** (reserveIn / (reserveIn + in)) ^ (weightIn / weightOut), at most 1; 0 of an empty pool. */
function keptShareQ64({ taoWeight }: AlphaPool, buys: boolean, reserveIn: bigint, amount: bigint): bigint {
  const alphaWeight = wholeWeight - taoWeight
  const [weightIn, weightOut] = buys ? [taoWeight, alphaWeight] : [alphaWeight, taoWeight]
  const together = reserveIn + amount > u64Max ? u64Max : reserveIn + amount
  const share = divQ64(toQ64(scaledPower(reserveIn, together, weightIn, weightOut, scale) ?? 0n), toQ64(scale))
  return share > oneQ64 ? oneQ64 : share
}

function after({ taoRao, alphaRao, taoWeight }: AlphaPool, buys: boolean, paidIn: bigint, paidOut: bigint): AlphaPool {
  const less = (reserve: bigint) => (reserve > paidOut ? reserve - paidOut : 0n)
  return buys
    ? { taoRao: taoRao + paidIn, alphaRao: less(alphaRao), taoWeight }
    : { taoRao: less(taoRao), alphaRao: alphaRao + paidIn, taoWeight }
}

/** What brings the price from one to another: reserveIn x ((higher / lower) ^ weightOut - 1), floored. */
function amountTo({ taoRao, alphaRao, taoWeight }: AlphaPool, buys: boolean, price: bigint, limit: bigint): bigint {
  const [reserve, weight, higher, lower] = buys ? [taoRao, wholeWeight - taoWeight, limit, price] : [alphaRao, taoWeight, price, limit]
  const growth = scaledPower(higher, lower, weight, wholeWeight, scale) ?? 0n
  const factor = divQ64(toQ64(growth > u64Max ? u64Max : growth), toQ64(scale))
  const amount = floorQ64(mulQ64(toQ64(reserve), subQ64(factor, oneQ64)))
  return amount > u64Max ? u64Max : amount
}
