import { blockAuthor } from '../../../block-author.ts'
import type { Context } from '../../../context.ts'
import { lowestPriceRao, type SwapTerms } from '../../swap/run-swap.ts'
import { events } from '../events.ts'
import { dropColdkeyWithoutStake, followRemovedStake } from '../root-claims/follow-root-stake.ts'
import { storage } from '../storage.ts'
import { decreaseStake, increaseStake } from './change-stake.ts'
import { payFromSubnet } from './pay-from-subnet.ts'
import type { StakePosition } from './position.ts'
import { sellAlpha } from './swap-tokens.ts'

const root = 0

/**
 * Sells staked alpha (rao) and pays its coldkey; what a price limit leaves over stays staked. The fee, in alpha, is sold for the block's
 * author. Gives the coldkey's TAO. The caller has checked that it may.
 */
export function unstakeFromSubnet(ctx: Context, position: StakePosition, alpha: bigint, terms?: SwapTerms): bigint {
  const { coldkey, hotkey, netuid } = position
  decreaseStake(ctx, hotkey, coldkey, netuid, alpha)
  const { paidIn, paidOut, fee } = sellAlpha(ctx, netuid, alpha, terms)
  const left = alpha - paidIn - fee
  if (left > 0n) increaseStake(ctx, hotkey, coldkey, netuid, left)
  payFromSubnet(ctx, netuid, coldkey, paidOut)
  if (fee > 0n) {
    const sold = sellAlpha(ctx, netuid, fee, { limitPriceRao: lowestPriceRao, withoutFee: true })
    payFromSubnet(ctx, netuid, blockAuthor, sold.paidOut)
  }
  followRemovedStake(ctx, position, alpha)
  if (netuid === root) dropColdkeyWithoutStake(ctx, coldkey)
  ctx.set(storage.LastColdkeyHotkeyStakeBlock, coldkey, hotkey, BigInt(ctx.block))
  ctx.deposit(events.StakeRemoved, [coldkey, hotkey, paidOut, paidIn, netuid, fee])
  return paidOut
}
