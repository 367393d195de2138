import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { u16, u64 } from '../../../scale/primitives.ts'
import { spendableBalance, transferFunds } from '../../balances/funds.ts'
import { minStakeRao } from '../constants.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { decreaseStake, readStake } from '../stake/change-stake.ts'
import { sellAlpha } from '../stake/swap-at-par.ts'
import { storage } from '../storage.ts'
import { subnetAccount } from '../subnets/subnet-account.ts'

/** A coldkey sells alpha that it staked to a hotkey; asking for more than it has sells all of it. */
export const removeStake = call({
  index: 3,
  args: { hotkey: accountId, netuid: u16, amount_unstaked: u64 },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, netuid, amount_unstaked }) {
    const coldkey = ensureSigned(origin)
    ensure(ctx.get(storage.SubtokenEnabled, netuid), errors.SubtokenDisabled)
    const held = readStake(ctx, hotkey, coldkey, netuid)
    // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigints
    const alpha = amount_unstaked < held ? amount_unstaked : held
    ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
    ensure(alpha > 0n, errors.AmountTooLow)
    ensure(alpha === held || alpha >= minStakeRao, errors.AmountTooLow)
    ensure(ctx.has(storage.Owner, hotkey), errors.HotKeyAccountNotExists)
    // Alpha that the chain minted was never paid for: the subnet's account may hold less TAO than all alpha together.
    ensure(alpha <= spendableBalance(ctx, subnetAccount(netuid), 'expendable'), errors.InsufficientLiquidity)
    decreaseStake(ctx, hotkey, coldkey, netuid, alpha)
    const tao = sellAlpha(ctx, netuid, alpha)
    transferFunds(ctx, subnetAccount(netuid), coldkey, tao, 'expendable')
    ctx.set(storage.LastColdkeyHotkeyStakeBlock, coldkey, hotkey, BigInt(ctx.block))
    ctx.deposit(events.StakeRemoved, [coldkey, hotkey, tao, alpha, netuid, 0n])
  },
})
