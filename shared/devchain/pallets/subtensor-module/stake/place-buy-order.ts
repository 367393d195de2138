import type { Context } from '../../../context.ts'
import { becomeDelegate } from './become-delegate.ts'
import { checkStake, ensurePoolHolds } from './check-stake.ts'
import { mostToBuy } from './order-limit.ts'
import type { StakePosition } from './position.ts'
import { stakeIntoSubnet } from './stake-into-subnet.ts'

export interface BuyLimit {
  /** Rao of TAO per alpha, at most. */
  readonly priceRao: bigint
  readonly allowPartial: boolean
}

/** Stakes rao of a coldkey's TAO, at no more than a price if one is given; gives the alpha. Throws a DispatchError. */
export function placeBuyOrder(ctx: Context, position: StakePosition, tao: bigint, limit?: BuyLimit): bigint {
  const { netuid } = position
  ensurePoolHolds(ctx, netuid, 'buy', tao)
  if (limit === undefined) return stakeIntoSubnet(ctx, position, checkStake(ctx, position, tao))
  const most = mostToBuy(ctx, netuid, limit.priceRao)
  const filled = checkStake(ctx, position, tao, { most, allowPartial: limit.allowPartial })
  becomeDelegate(ctx, position.coldkey, position.hotkey)
  return stakeIntoSubnet(ctx, position, filled, { limitPriceRao: limit.priceRao })
}
