import { feeOf } from '../../../../consensus/pool/swap-in-pool.ts'
import type { Context } from '../../../context.ts'
import { DispatchError, ensure } from '../../../dispatch-error.ts'
import { spendableBalance } from '../../balances/funds.ts'
import { hasPool } from '../../swap/read-pool.ts'
import { simulateSwap } from '../../swap/run-swap.ts'
import { swapStorage } from '../../swap/tables.ts'
import { minStakeRao } from '../constants.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { readStake } from './change-stake.ts'
import { mostOf } from './order-limit.ts'
import type { StakePosition } from './position.ts'

/** What a price limit leaves of an order, and whether a part of it may be filled. */
export interface OrderLimit {
  readonly most: bigint
  readonly allowPartial: boolean
}

/** Refuses an order that is far larger than the pool. Throws InsufficientLiquidity. */
export function ensurePoolHolds(ctx: Context, netuid: number, side: 'buy' | 'sell', amount: bigint): void {
  if (!hasPool(ctx, netuid)) return
  const reserve = ctx.get(side === 'buy' ? storage.SubnetTAO : storage.SubnetAlphaIn, netuid)
  ensure(amount <= mostOf(reserve), errors.InsufficientLiquidity)
}

/** Checks an order to stake TAO (rao) in the chain's order; gives what of it is filled. Throws a DispatchError. */
export function checkStake(ctx: Context, { coldkey, hotkey, netuid }: StakePosition, tao: bigint, limit?: OrderLimit): bigint {
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
  ensure(ctx.get(storage.SubtokenEnabled, netuid), errors.SubtokenDisabled)
  ensure(tao >= minStakeRao + feeOfMinStake(ctx, netuid), errors.AmountTooLow)
  const filled = limit === undefined ? tao : smaller(tao, limit.most)
  ensure(limit?.allowPartial === true || filled === tao, errors.SlippageTooHigh)
  ensure(filled <= spendableBalance(ctx, coldkey, 'expendable'), errors.NotEnoughBalanceToStake)
  ensure(ctx.has(storage.Owner, hotkey), errors.HotKeyAccountNotExists)
  const swap = demandSwap(ctx, netuid, 'buy', filled)
  ensure(swap.paidIn >= minStakeRao, errors.AmountTooLow)
  ensure(swap.paidOut > 0n, errors.InsufficientLiquidity)
  return filled
}

/** Checks an order to sell staked alpha (rao) in the chain's order; gives what of it is filled. Throws a DispatchError. */
export function checkUnstake(ctx: Context, { coldkey, hotkey, netuid }: StakePosition, alpha: bigint, limit?: OrderLimit): bigint {
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
  ensure(alpha > 0n, errors.AmountTooLow)
  const held = readStake(ctx, hotkey, coldkey, netuid)
  ensure(alpha <= held, errors.NotEnoughStakeToWithdraw)
  const swap = demandSwap(ctx, netuid, 'sell', alpha)
  ensure(alpha === held || swap.paidOut >= minStakeRao, errors.AmountTooLow)
  const filled = limit === undefined ? alpha : smaller(alpha, limit.most)
  ensure(limit?.allowPartial === true || filled === alpha, errors.SlippageTooHigh)
  ensure(ctx.has(storage.Owner, hotkey), errors.HotKeyAccountNotExists)
  return filled
}

/** What a swap at any price would give. Throws InsufficientLiquidity where the pool would refuse it. */
export function demandSwap(ctx: Context, netuid: number, side: 'buy' | 'sell', amount: bigint) {
  const swap = simulateSwap(ctx, netuid, side, amount)
  if (swap === null) throw new DispatchError(errors.InsufficientLiquidity)
  return swap
}

function feeOfMinStake(ctx: Context, netuid: number): bigint {
  return simulateSwap(ctx, netuid, 'buy', minStakeRao)?.fee ?? feeOf(minStakeRao, ctx.get(swapStorage.FeeRate, netuid))
}

export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
