import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { transferFunds } from '../../balances/funds.ts'
import { minStakeRao } from '../constants.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { decreaseStake, increaseStake, readStake } from './change-stake.ts'
import { hasLiquidity, type OrderLimit, smaller } from './check-stake.ts'
import type { StakePosition } from './position.ts'
import { stakeIntoSubnet } from './stake-into-subnet.ts'
import { unstakeFromSubnet } from './unstake-from-subnet.ts'

export interface StakeMove {
  readonly from: StakePosition
  readonly to: StakePosition
  /** Rao of alpha; more than there is moves all of it. */
  readonly alpha: bigint
  readonly limit?: OrderLimit
  /** Whether the subnets must allow it: to another coldkey. */
  readonly transfers: boolean
}

/**
 * Moves stake to another hotkey, coldkey or subnet and gives its worth in rao of TAO. Between subnets it is sold and bought anew; what is
 * worth too little to stake stays with the coldkey as TAO. Throws a DispatchError.
 */
export function moveStake(ctx: Context, { from, to, alpha: asked, limit, transfers }: StakeMove): bigint {
  const alpha = smaller(asked, readStake(ctx, from.hotkey, from.coldkey, from.netuid))
  const elsewhere = from.netuid !== to.netuid
  if (from.coldkey === to.coldkey && from.hotkey === to.hotkey) ensure(elsewhere, errors.SameNetuid)
  for (const { netuid } of [from, to]) ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
  for (const { netuid } of [from, to]) ensure(ctx.get(storage.SubtokenEnabled, netuid), errors.SubtokenDisabled)
  for (const { hotkey } of [from, to]) ensure(ctx.has(storage.Owner, hotkey), errors.HotKeyAccountNotExists)
  const most = elsewhere ? (limit?.most ?? alpha) : alpha
  if (elsewhere) {
    ensure(hasLiquidity(ctx, from.netuid, alpha), errors.InsufficientLiquidity)
    ensure(alpha > minStakeRao, errors.AmountTooLow)
    if (limit?.allowPartial === false) ensure(alpha <= most, errors.SlippageTooHigh)
  }
  if (transfers) for (const { netuid } of [from, to]) ensure(ctx.get(storage.TransferToggle, netuid), errors.TransferDisallowed)
  const moved = smaller(alpha, most)
  return elsewhere ? sellAndBuy(ctx, from, to, moved) : handOver(ctx, from, to, moved)
}

function sellAndBuy(ctx: Context, from: StakePosition, to: StakePosition, alpha: bigint): bigint {
  const tao = unstakeFromSubnet(ctx, from, alpha)
  if (from.coldkey !== to.coldkey) transferFunds(ctx, from.coldkey, to.coldkey, tao, 'expendable')
  if (tao >= minStakeRao) stakeIntoSubnet(ctx, to, tao)
  return tao
}

/** Within a subnet nothing is sold: at par the alpha is worth as much TAO. */
function handOver(ctx: Context, from: StakePosition, to: StakePosition, alpha: bigint): bigint {
  decreaseStake(ctx, from.hotkey, from.coldkey, from.netuid, alpha)
  increaseStake(ctx, to.hotkey, to.coldkey, to.netuid, alpha)
  ensure(alpha >= minStakeRao, errors.AmountTooLow)
  ctx.set(storage.LastColdkeyHotkeyStakeBlock, to.coldkey, to.hotkey, BigInt(ctx.block))
  ctx.deposit(events.StakeRemoved, [from.coldkey, from.hotkey, alpha, alpha, from.netuid, 0n])
  ctx.deposit(events.StakeAdded, [to.coldkey, to.hotkey, alpha, alpha, to.netuid, 0n])
  return alpha
}
