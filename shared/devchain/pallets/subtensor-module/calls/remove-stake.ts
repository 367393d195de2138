import type { Context } from '../../../context.ts'
import { DispatchError, ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { option } from '../../../scale/collections.ts'
import { accountId } from '../../../scale/hashes.ts'
import { bool, u16, u64 } from '../../../scale/primitives.ts'
import { errors } from '../errors.ts'
import { readStake } from '../stake/change-stake.ts'
import { checkUnstake, ensurePoolHolds, smaller } from '../stake/check-stake.ts'
import { mostToSell } from '../stake/order-limit.ts'
import type { StakePosition } from '../stake/position.ts'
import { readTotalStake } from '../stake/read-total-stake.ts'
import { stakeIntoSubnet } from '../stake/stake-into-subnet.ts'
import { unstakeFromSubnet } from '../stake/unstake-from-subnet.ts'
import { storage } from '../storage.ts'
import { listSubnets } from '../subnets/list-subnets.ts'

const rootNetuid = 0

/** A coldkey sells alpha that it staked to a hotkey; asking for more than it has sells all of it. */
export const removeStake = call({
  index: 3,
  args: { hotkey: accountId, netuid: u16, amount_unstaked: u64 },
  pays: 'yes',
  dispatch: (ctx, origin, { hotkey, netuid, amount_unstaked }) =>
    sell(ctx, { coldkey: ensureSigned(origin), hotkey, netuid }, amount_unstaked),
})

/** Sells at no less than a price; asking for more than is there is refused. */
export const removeStakeLimit = call({
  index: 89,
  args: { hotkey: accountId, netuid: u16, amount_unstaked: u64, limit_price: u64, allow_partial: bool },
  pays: 'yes',
  dispatch: (ctx, origin, { hotkey, netuid, amount_unstaked, limit_price, allow_partial }) =>
    sellAtLimit(ctx, { coldkey: ensureSigned(origin), hotkey, netuid }, amount_unstaked, limit_price, allow_partial),
})

/** Sells everything, at no less than a price if one is given. */
export const removeStakeFullLimit = call({
  index: 103,
  args: { hotkey: accountId, netuid: u16, limit_price: option(u64) },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, netuid, limit_price }) {
    const position = { coldkey: ensureSigned(origin), hotkey, netuid }
    const all = readStake(ctx, hotkey, position.coldkey, netuid)
    if (limit_price === undefined) sell(ctx, position, all)
    else sellAtLimit(ctx, position, all, limit_price, false)
  },
})

/** Sells all that a coldkey has with a hotkey on every subnet; what cannot be sold stays. */
export const unstakeAll = call({
  index: 83,
  args: { hotkey: accountId },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey }) {
    sellEverywhere(ctx, ensureSigned(origin), hotkey, listSubnets(ctx))
  },
})

/** The same but for root, where the proceeds are staked. */
export const unstakeAllAlpha = call({
  index: 84,
  args: { hotkey: accountId },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey }) {
    const coldkey = ensureSigned(origin)
    const netuids = listSubnets(ctx).filter(netuid => netuid !== rootNetuid)
    const tao = sellEverywhere(ctx, coldkey, hotkey, netuids)
    stakeIntoSubnet(ctx, { coldkey, hotkey, netuid: rootNetuid }, tao)
  },
})

function sell(ctx: Context, position: StakePosition, asked: bigint): void {
  ensure(ctx.get(storage.SubtokenEnabled, position.netuid), errors.SubtokenDisabled)
  const alpha = smaller(asked, readStake(ctx, position.hotkey, position.coldkey, position.netuid))
  ensurePoolHolds(ctx, position.netuid, 'sell', alpha)
  unstakeFromSubnet(ctx, position, checkUnstake(ctx, position, alpha))
  dropPendingChildren(ctx, position.hotkey)
}

function sellAtLimit(ctx: Context, position: StakePosition, alpha: bigint, limitPrice: bigint, allowPartial: boolean): void {
  ensurePoolHolds(ctx, position.netuid, 'sell', alpha)
  const most = mostToSell(ctx, position.netuid, limitPrice)
  unstakeFromSubnet(ctx, position, checkUnstake(ctx, position, alpha, { most, allowPartial }), { limitPriceRao: limitPrice })
  dropPendingChildren(ctx, position.hotkey)
}

/** A hotkey with too little stake left gets none of the children that it waits for. */
function dropPendingChildren(ctx: Context, hotkey: string): void {
  if (readTotalStake(ctx, hotkey) >= ctx.get(storage.StakeThreshold)) return
  for (const netuid of listSubnets(ctx)) ctx.remove(storage.PendingChildKeys, netuid, hotkey)
}

function sellEverywhere(ctx: Context, coldkey: string, hotkey: string, netuids: readonly number[]): bigint {
  ensure(ctx.has(storage.Owner, hotkey), errors.HotKeyAccountNotExists)
  let tao = 0n
  for (const netuid of netuids) {
    const position = { coldkey, hotkey, netuid }
    const alpha = readStake(ctx, hotkey, coldkey, netuid)
    if (ctx.get(storage.SubtokenEnabled, netuid) && isSellable(ctx, position, alpha)) tao += unstakeFromSubnet(ctx, position, alpha)
  }
  return tao
}

function isSellable(ctx: Context, position: StakePosition, alpha: bigint): boolean {
  try {
    return checkUnstake(ctx, position, alpha) > 0n
  } catch (error) {
    if (error instanceof DispatchError) return false
    throw error
  }
}
