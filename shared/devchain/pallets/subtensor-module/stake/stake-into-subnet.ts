import { blockAuthor } from '../../../block-author.ts'
import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import type { SwapTerms } from '../../swap/run-swap.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { followAddedStake, numberColdkey } from '../root-claims/follow-root-stake.ts'
import { storage } from '../storage.ts'
import { increaseStake } from './change-stake.ts'
import { payFromSubnet } from './pay-from-subnet.ts'
import { payToSubnet } from './pay-to-subnet.ts'
import type { StakePosition } from './position.ts'
import { buyAlpha } from './swap-tokens.ts'

const root = 0

/** Buys alpha for a coldkey's TAO (rao) and stakes it; the block's author gets the fee. Gives the alpha. The caller has checked that it may. */
export function stakeIntoSubnet(ctx: Context, position: StakePosition, amount: bigint, terms?: SwapTerms): bigint {
  const { coldkey, hotkey, netuid } = position
  const tao = payToSubnet(ctx, coldkey, netuid, amount)
  const { paidOut: alpha, fee } = buyAlpha(ctx, netuid, tao, terms)
  ensure(alpha > 0n, errors.AmountTooLow)
  increaseStake(ctx, hotkey, coldkey, netuid, alpha)
  payFromSubnet(ctx, netuid, blockAuthor, fee)
  ctx.set(storage.LastColdkeyHotkeyStakeBlock, coldkey, hotkey, BigInt(ctx.block))
  followAddedStake(ctx, position, alpha)
  if (netuid === root) numberColdkey(ctx, coldkey)
  ctx.deposit(events.StakeAdded, [coldkey, hotkey, tao, alpha, netuid, fee])
  return alpha
}
