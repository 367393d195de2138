import type { Context } from '../../../context.ts'
import { lowestPriceRao } from '../../swap/run-swap.ts'
import { events } from '../events.ts'
import { increaseStake } from '../stake/change-stake.ts'
import { payFromSubnet } from '../stake/pay-from-subnet.ts'
import type { StakePosition } from '../stake/position.ts'
import { sellAlpha } from '../stake/swap-tokens.ts'
import { storage } from '../storage.ts'
import { subnetAccount } from '../subnets/subnet-account.ts'
import { followAddedStake } from './follow-root-stake.ts'
import { readClaimableRates, readOwedQ32 } from './read-owed.ts'

const root = 0

/** Claims what a coldkey's root stake earned, on some subnets or on all; less than a subnet's threshold waits. Throws the Swap pallet's error. */
export function claimRoot(ctx: Context, coldkey: string, netuids?: ReadonlySet<number>): void {
  for (const hotkey of ctx.get(storage.StakingHotkeys, coldkey)) {
    for (const [netuid] of readClaimableRates(ctx, hotkey)) {
      if (netuids === undefined || netuids.has(netuid)) claimOn(ctx, { coldkey, hotkey, netuid })
    }
  }
  ctx.deposit(events.RootClaimed, { coldkey })
}

function claimOn(ctx: Context, { coldkey, hotkey, netuid }: StakePosition): void {
  const owedQ32 = readOwedQ32(ctx, hotkey, coldkey, netuid)
  const alpha = owedQ32 >> 32n
  if (owedQ32 < ctx.get(storage.RootClaimableThreshold, netuid) || alpha <= 0n) return
  if (keepsAlpha(ctx, coldkey, netuid)) increaseStake(ctx, hotkey, coldkey, netuid, alpha)
  else sellForRoot(ctx, { coldkey, hotkey, netuid }, alpha)
  ctx.set(storage.RootClaimed, netuid, hotkey, coldkey, ctx.get(storage.RootClaimed, netuid, hotkey, coldkey) + alpha)
}

function keepsAlpha(ctx: Context, coldkey: string, netuid: number): boolean {
  const wish = ctx.get(storage.RootClaimType, coldkey)
  return wish.type === 'KeepSubnets' ? wish.value.subnets.includes(netuid) : wish.type === 'Keep'
}

/** Sells the alpha, free of the fee, and stakes the TAO on root. */
function sellForRoot(ctx: Context, { coldkey, hotkey, netuid }: StakePosition, alpha: bigint): void {
  const { paidOut: tao } = sellAlpha(ctx, netuid, alpha, { limitPriceRao: lowestPriceRao, withoutFee: true })
  payFromSubnet(ctx, netuid, subnetAccount(root), tao)
  ctx.set(storage.SubnetRootSellTao, netuid, ctx.get(storage.SubnetRootSellTao, netuid) + tao)
  increaseStake(ctx, hotkey, coldkey, root, tao)
  for (const entry of [storage.SubnetTAO, storage.SubnetAlphaOut]) ctx.set(entry, root, ctx.get(entry, root) + tao)
  ctx.set(storage.TotalStake, ctx.get(storage.TotalStake) + tao)
  followAddedStake(ctx, { coldkey, hotkey, netuid: root }, tao)
}
