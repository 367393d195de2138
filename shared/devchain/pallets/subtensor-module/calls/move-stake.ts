import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { bool, u16, u64 } from '../../../scale/primitives.ts'
import { events } from '../events.ts'
import { moveStake } from '../stake/move-stake.ts'

/** A coldkey moves its stake to another hotkey, on the same subnet or another. */
export const moveStakeCall = call({
  index: 85,
  args: { origin_hotkey: accountId, destination_hotkey: accountId, origin_netuid: u16, destination_netuid: u16, alpha_amount: u64 },
  pays: 'yes',
  dispatch(ctx, origin, { origin_hotkey, destination_hotkey, origin_netuid, destination_netuid, alpha_amount }) {
    const coldkey = ensureSigned(origin)
    const from = { coldkey, hotkey: origin_hotkey, netuid: origin_netuid }
    const to = { coldkey, hotkey: destination_hotkey, netuid: destination_netuid }
    const tao = moveStake(ctx, { from, to, alpha: alpha_amount, transfers: false })
    ctx.deposit(events.StakeMoved, [coldkey, origin_hotkey, origin_netuid, destination_hotkey, destination_netuid, tao])
  },
})

/** A coldkey gives its stake to another coldkey, where the subnets allow that. */
export const transferStake = call({
  index: 86,
  args: { destination_coldkey: accountId, hotkey: accountId, origin_netuid: u16, destination_netuid: u16, alpha_amount: u64 },
  pays: 'yes',
  dispatch(ctx, origin, { destination_coldkey, hotkey, origin_netuid, destination_netuid, alpha_amount }) {
    const coldkey = ensureSigned(origin)
    const from = { coldkey, hotkey, netuid: origin_netuid }
    const to = { coldkey: destination_coldkey, hotkey, netuid: destination_netuid }
    const tao = moveStake(ctx, { from, to, alpha: alpha_amount, transfers: true })
    ctx.deposit(events.StakeTransferred, [coldkey, destination_coldkey, hotkey, origin_netuid, destination_netuid, tao])
  },
})

/** A coldkey moves its stake with a hotkey from one subnet to another. */
export const swapStake = call({
  index: 87,
  args: { hotkey: accountId, origin_netuid: u16, destination_netuid: u16, alpha_amount: u64 },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, origin_netuid, destination_netuid, alpha_amount }) {
    const coldkey = ensureSigned(origin)
    const from = { coldkey, hotkey, netuid: origin_netuid }
    const tao = moveStake(ctx, { from, to: { ...from, netuid: destination_netuid }, alpha: alpha_amount, transfers: false })
    ctx.deposit(events.StakeSwapped, [coldkey, hotkey, origin_netuid, destination_netuid, tao])
  },
})

/** The same while a token of the one subnet buys no less than a price in tokens of the other. */
export const swapStakeLimit = call({
  index: 90,
  args: { hotkey: accountId, origin_netuid: u16, destination_netuid: u16, alpha_amount: u64, limit_price: u64, allow_partial: bool },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, origin_netuid, destination_netuid, alpha_amount, limit_price, allow_partial }) {
    const coldkey = ensureSigned(origin)
    const from = { coldkey, hotkey, netuid: origin_netuid }
    const limit = { priceRao: limit_price, allowPartial: allow_partial }
    const tao = moveStake(ctx, { from, to: { ...from, netuid: destination_netuid }, alpha: alpha_amount, limit, transfers: false })
    ctx.deposit(events.StakeSwapped, [coldkey, hotkey, origin_netuid, destination_netuid, tao])
  },
})
