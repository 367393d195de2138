import type { Context } from '../../../context.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { increaseStake } from './change-stake.ts'
import { payToSubnet } from './pay-to-subnet.ts'
import type { StakePosition } from './position.ts'
import { buyAlpha } from './swap-at-par.ts'

/** Buys alpha for a coldkey's TAO (rao) and stakes it; gives the alpha. The caller has checked that it may. */
export function stakeIntoSubnet(ctx: Context, { coldkey, hotkey, netuid }: StakePosition, amount: bigint): bigint {
  const tao = payToSubnet(ctx, coldkey, netuid, amount)
  const alpha = buyAlpha(ctx, netuid, tao)
  increaseStake(ctx, hotkey, coldkey, netuid, alpha)
  ctx.set(storage.LastColdkeyHotkeyStakeBlock, coldkey, hotkey, BigInt(ctx.block))
  ctx.deposit(events.StakeAdded, [coldkey, hotkey, tao, alpha, netuid, 0n])
  return alpha
}
