import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { spendableBalance } from '../../balances/funds.ts'
import { minStakeRao } from '../constants.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { subnetAccount } from '../subnets/subnet-account.ts'
import { readStake } from './change-stake.ts'
import type { StakePosition } from './position.ts'

/** What a price limit leaves of an order, and whether a part of it may be filled. */
export interface OrderLimit {
  readonly most: bigint
  readonly allowPartial: boolean
}

export const noLimit: OrderLimit = { most: 2n ** 64n - 1n, allowPartial: false }

/** Checks an order to stake TAO (rao) in the chain's order; gives what of it is filled. Throws a DispatchError. */
export function checkStake(ctx: Context, { coldkey, hotkey, netuid }: StakePosition, tao: bigint, limit: OrderLimit = noLimit): bigint {
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
  ensure(ctx.get(storage.SubtokenEnabled, netuid), errors.SubtokenDisabled)
  ensure(tao >= minStakeRao, errors.AmountTooLow)
  const filled = smaller(tao, limit.most)
  ensure(limit.allowPartial || filled === tao, errors.SlippageTooHigh)
  ensure(filled <= spendableBalance(ctx, coldkey, 'expendable'), errors.NotEnoughBalanceToStake)
  ensure(ctx.has(storage.Owner, hotkey), errors.HotKeyAccountNotExists)
  ensure(filled >= minStakeRao, errors.AmountTooLow)
  return filled
}

/** Checks an order to sell staked alpha (rao) in the chain's order; gives what of it is filled. Throws a DispatchError. */
export function checkUnstake(ctx: Context, { coldkey, hotkey, netuid }: StakePosition, alpha: bigint, limit: OrderLimit = noLimit): bigint {
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
  ensure(alpha > 0n, errors.AmountTooLow)
  const held = readStake(ctx, hotkey, coldkey, netuid)
  ensure(alpha <= held, errors.NotEnoughStakeToWithdraw)
  ensure(alpha === held || alpha >= minStakeRao, errors.AmountTooLow)
  const filled = smaller(alpha, limit.most)
  ensure(limit.allowPartial || filled === alpha, errors.SlippageTooHigh)
  ensure(ctx.has(storage.Owner, hotkey), errors.HotKeyAccountNotExists)
  ensure(hasLiquidity(ctx, netuid, alpha), errors.InsufficientLiquidity)
  return filled
}

/** Says whether a subnet's account can pay for alpha: what the chain minted was never paid for, so all alpha may be worth more than it has. */
export function hasLiquidity(ctx: Context, netuid: number, alpha: bigint): boolean {
  return alpha <= spendableBalance(ctx, subnetAccount(netuid), 'expendable')
}

export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
