import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { u16, u64 } from '../../../scale/primitives.ts'
import { spendableBalance } from '../../balances/funds.ts'
import { minStakeRao } from '../constants.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { increaseStake } from '../stake/change-stake.ts'
import { payToSubnet } from '../stake/pay-to-subnet.ts'
import { buyAlpha } from '../stake/swap-at-par.ts'
import { storage } from '../storage.ts'

/** A coldkey buys alpha of a subnet and stakes it to a hotkey. */
export const addStake = call({
  index: 2,
  args: { hotkey: accountId, netuid: u16, amount_staked: u64 },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, netuid, amount_staked }) {
    const coldkey = ensureSigned(origin)
    ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
    ensure(ctx.get(storage.SubtokenEnabled, netuid), errors.SubtokenDisabled)
    ensure(amount_staked >= minStakeRao, errors.AmountTooLow)
    ensure(amount_staked <= spendableBalance(ctx, coldkey, 'expendable'), errors.NotEnoughBalanceToStake)
    ensure(ctx.has(storage.Owner, hotkey), errors.HotKeyAccountNotExists)
    const tao = payToSubnet(ctx, coldkey, netuid, amount_staked)
    const alpha = buyAlpha(ctx, netuid, tao)
    increaseStake(ctx, hotkey, coldkey, netuid, alpha)
    ctx.set(storage.LastColdkeyHotkeyStakeBlock, coldkey, hotkey, BigInt(ctx.block))
    ctx.deposit(events.StakeAdded, [coldkey, hotkey, tao, alpha, netuid, 0n])
  },
})
