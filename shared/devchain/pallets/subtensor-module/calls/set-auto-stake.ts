import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { u16 } from '../../../scale/primitives.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'

/** A coldkey says to which hotkey the incentive of all its miners on a subnet is staked. */
export const setColdkeyAutoStakeHotkey = call({
  index: 114,
  args: { netuid: u16, hotkey: accountId },
  pays: 'yes',
  dispatch(ctx, origin, { netuid, hotkey }) {
    const coldkey = ensureSigned(origin)
    ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
    ensure(ctx.has(storage.Uids, netuid, hotkey), errors.HotKeyNotRegisteredInSubNet)
    ensure(ctx.get(storage.AutoStakeDestination, coldkey, netuid) !== hotkey, errors.SameAutoStakeHotkeyAlreadySet)
    ctx.set(storage.AutoStakeDestination, coldkey, netuid, hotkey)
    ctx.deposit(events.AutoStakeDestinationSet, { coldkey, netuid, hotkey })
  },
})
