import { floorQ64, mulQ64, toQ64 } from '../../../../consensus/pool/q64.ts'
import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { transferFunds } from '../../balances/funds.ts'
import { readPriceQ64 } from '../../swap/read-pool.ts'
import { minStakeRao } from '../constants.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { followAddedStake, followRemovedStake } from '../root-claims/follow-root-stake.ts'
import { storage } from '../storage.ts'
import { becomeDelegate } from './become-delegate.ts'
import { decreaseStake, increaseStake, readStake } from './change-stake.ts'
import { demandSwap, smaller } from './check-stake.ts'
import { mostToMove } from './order-limit.ts'
import type { StakePosition } from './position.ts'
import { stakeIntoSubnet } from './stake-into-subnet.ts'
import { unstakeFromSubnet } from './unstake-from-subnet.ts'

const root = 0

export interface StakeMove {
  readonly from: StakePosition
  readonly to: StakePosition
  /** Rao of alpha; more than there is moves all of it. */
  readonly alpha: bigint
  /** What an alpha must at least buy on another subnet, in billionths of an alpha there; and whether a part may be moved. */
  readonly limit?: { readonly priceRao: bigint; readonly allowPartial: boolean }
  /** Whether the subnets must allow it: to another coldkey. */
  readonly transfers: boolean
}

/**
 * Moves stake to another hotkey, coldkey or subnet and gives its worth in rao of TAO. Between subnets it is sold and bought anew, with one
 * fee; what is worth too little to stake stays with the coldkey as TAO. Throws a DispatchError.
 */
export function moveStake(ctx: Context, { from, to, alpha: asked, limit, transfers }: StakeMove): bigint {
  const alpha = smaller(asked, readStake(ctx, from.hotkey, from.coldkey, from.netuid))
  const elsewhere = from.netuid !== to.netuid
  const most = elsewhere && limit !== undefined ? mostToMove(ctx, from.netuid, to.netuid, limit.priceRao) : alpha
  if (from.coldkey === to.coldkey && from.hotkey === to.hotkey) ensure(elsewhere, errors.SameNetuid)
  for (const { netuid } of [from, to]) ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
  for (const { netuid } of [from, to]) ensure(ctx.get(storage.SubtokenEnabled, netuid), errors.SubtokenDisabled)
  for (const { hotkey } of [from, to]) ensure(ctx.has(storage.Owner, hotkey), errors.HotKeyAccountNotExists)
  if (elsewhere) {
    ensure(demandSwap(ctx, from.netuid, 'sell', alpha).paidOut > minStakeRao, errors.AmountTooLow)
    if (limit?.allowPartial === false) ensure(alpha <= most, errors.SlippageTooHigh)
  }
  if (transfers) for (const { netuid } of [from, to]) ensure(ctx.get(storage.TransferToggle, netuid), errors.TransferDisallowed)
  const moved = smaller(alpha, most)
  return elsewhere ? sellAndBuy(ctx, from, to, moved) : handOver(ctx, from, to, moved)
}

function sellAndBuy(ctx: Context, from: StakePosition, to: StakePosition, alpha: bigint): bigint {
  const fromRoot = from.netuid === root
  const tao = unstakeFromSubnet(ctx, from, alpha, { withoutFee: fromRoot })
  if (from.coldkey !== to.coldkey) transferFunds(ctx, from.coldkey, to.coldkey, tao, 'expendable')
  if (tao >= minStakeRao) {
    becomeDelegate(ctx, to.coldkey, to.hotkey)
    stakeIntoSubnet(ctx, to, tao, { withoutFee: !fromRoot })
  }
  return tao
}

/** Within a subnet nothing is sold, so that it has no fee: the alpha is worth its present price. */
function handOver(ctx: Context, from: StakePosition, to: StakePosition, alpha: bigint): bigint {
  decreaseStake(ctx, from.hotkey, from.coldkey, from.netuid, alpha)
  followRemovedStake(ctx, from, alpha)
  increaseStake(ctx, to.hotkey, to.coldkey, to.netuid, alpha)
  followAddedStake(ctx, to, alpha)
  const tao = floorQ64(mulQ64(readPriceQ64(ctx, from.netuid), toQ64(alpha)))
  ensure(tao >= minStakeRao, errors.AmountTooLow)
  ctx.set(storage.LastColdkeyHotkeyStakeBlock, to.coldkey, to.hotkey, BigInt(ctx.block))
  ctx.deposit(events.StakeRemoved, [from.coldkey, from.hotkey, tao, alpha, from.netuid, 0n])
  ctx.deposit(events.StakeAdded, [to.coldkey, to.hotkey, tao, alpha, to.netuid, 0n])
  return tao
}
