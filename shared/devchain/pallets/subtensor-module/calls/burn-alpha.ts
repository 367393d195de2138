import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { option } from '../../../scale/collections.ts'
import { accountId } from '../../../scale/hashes.ts'
import { u16, u64 } from '../../../scale/primitives.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { decreaseStake, readStake } from '../stake/change-stake.ts'
import { smaller } from '../stake/check-stake.ts'
import { placeBuyOrder } from '../stake/place-buy-order.ts'
import type { StakePosition } from '../stake/position.ts'
import { storage } from '../storage.ts'

/** A coldkey gives staked alpha back: it was never issued, and can be minted again. */
export const recycleAlpha = call({
  index: 101,
  args: { hotkey: accountId, amount: u64, netuid: u16 },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, amount, netuid }) {
    const position = { coldkey: ensureSigned(origin), hotkey, netuid }
    const alpha = takeAway(ctx, position, amount)
    ctx.set(storage.SubnetAlphaOut, netuid, ctx.get(storage.SubnetAlphaOut, netuid) - alpha)
    ctx.deposit(events.AlphaRecycled, [position.coldkey, hotkey, alpha, netuid])
  },
})

/** A coldkey destroys staked alpha: nobody has it any more, and it still counts as issued. */
export const burnAlpha = call({
  index: 102,
  args: { hotkey: accountId, amount: u64, netuid: u16 },
  pays: 'yes',
  dispatch: (ctx, origin, { hotkey, amount, netuid }) => burn(ctx, { coldkey: ensureSigned(origin), hotkey, netuid }, amount),
})

/** A coldkey buys alpha and destroys it at once. */
export const addStakeBurn = call({
  index: 132,
  args: { hotkey: accountId, netuid: u16, amount: u64, limit: option(u64) },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, netuid, amount, limit }) {
    const position = { coldkey: ensureSigned(origin), hotkey, netuid }
    const alpha = placeBuyOrder(ctx, position, amount, limit === undefined ? undefined : { priceRao: limit, allowPartial: false })
    burn(ctx, position, alpha)
    ctx.deposit(events.AddStakeBurn, { netuid, hotkey, amount, alpha })
  },
})

function burn(ctx: Context, position: StakePosition, amount: bigint): void {
  const alpha = takeAway(ctx, position, amount)
  ctx.deposit(events.AlphaBurned, [position.coldkey, position.hotkey, alpha, position.netuid])
}

/** Takes at most all of a position; gives how much. */
function takeAway(ctx: Context, { coldkey, hotkey, netuid }: StakePosition, amount: bigint): bigint {
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
  ensure(netuid !== 0, errors.CannotBurnOrRecycleOnRootSubnet)
  ensure(ctx.get(storage.SubtokenEnabled, netuid), errors.SubtokenDisabled)
  ensure(ctx.has(storage.Owner, hotkey), errors.HotKeyAccountNotExists)
  const alpha = smaller(amount, readStake(ctx, hotkey, coldkey, netuid))
  ensure(ctx.get(storage.SubnetAlphaOut, netuid) >= alpha, errors.InsufficientLiquidity)
  decreaseStake(ctx, hotkey, coldkey, netuid, alpha)
  return alpha
}
