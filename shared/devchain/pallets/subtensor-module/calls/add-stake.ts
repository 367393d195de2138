import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { bool, u16, u64 } from '../../../scale/primitives.ts'
import { placeBuyOrder } from '../stake/place-buy-order.ts'

/** A coldkey buys alpha of a subnet and stakes it to a hotkey. */
export const addStake = call({
  index: 2,
  args: { hotkey: accountId, netuid: u16, amount_staked: u64 },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, netuid, amount_staked }) {
    placeBuyOrder(ctx, { coldkey: ensureSigned(origin), hotkey, netuid }, amount_staked)
  },
})

/** The same at no more than a price. */
export const addStakeLimit = call({
  index: 88,
  args: { hotkey: accountId, netuid: u16, amount_staked: u64, limit_price: u64, allow_partial: bool },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, netuid, amount_staked, limit_price, allow_partial }) {
    const position = { coldkey: ensureSigned(origin), hotkey, netuid }
    placeBuyOrder(ctx, position, amount_staked, { priceRao: limit_price, allowPartial: allow_partial })
  },
})
