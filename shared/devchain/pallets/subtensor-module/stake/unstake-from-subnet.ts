import type { Context } from '../../../context.ts'
import { transferFunds } from '../../balances/funds.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { subnetAccount } from '../subnets/subnet-account.ts'
import { decreaseStake } from './change-stake.ts'
import type { StakePosition } from './position.ts'
import { sellAlpha } from './swap-at-par.ts'

/** Sells staked alpha (rao) and pays its coldkey; gives the TAO. The caller has checked that it may. */
export function unstakeFromSubnet(ctx: Context, { coldkey, hotkey, netuid }: StakePosition, alpha: bigint): bigint {
  decreaseStake(ctx, hotkey, coldkey, netuid, alpha)
  const tao = sellAlpha(ctx, netuid, alpha)
  transferFunds(ctx, subnetAccount(netuid), coldkey, tao, 'expendable')
  ctx.set(storage.LastColdkeyHotkeyStakeBlock, coldkey, hotkey, BigInt(ctx.block))
  ctx.deposit(events.StakeRemoved, [coldkey, hotkey, tao, alpha, netuid, 0n])
  return tao
}
