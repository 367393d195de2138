import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { tuple, vec } from '../../../scale/collections.ts'
import { accountId } from '../../../scale/hashes.ts'
import { u16, u64 } from '../../../scale/primitives.ts'
import { passesSubnetLimit, rememberOnSubnet } from '../checks/subnet-rate-limit.ts'
import { checkChildren } from '../children/check-children.ts'
import { storeChildren } from '../children/store-children.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { readTotalStake } from '../stake/read-total-stake.ts'
import { storage } from '../storage.ts'

/** A coldkey lends shares of its hotkey's stake on a subnet to other hotkeys; after a cooldown, on a subnet that has started. */
export const setChildren = call({
  index: 67,
  args: { hotkey: accountId, netuid: u16, children: vec(tuple(u64, accountId)) },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, netuid, children }) {
    const coldkey = ensureSigned(origin)
    ensure(passesSubnetLimit(ctx, hotkey, netuid, 'SetChildren'), errors.TxRateLimitExceeded)
    ensure(netuid !== 0, errors.RegistrationNotPermittedOnRootSubnet)
    ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
    ensure(ctx.get(storage.Owner, hotkey) === coldkey, errors.NonAssociatedColdKey)
    checkChildren(ctx, netuid, hotkey, children)
    const owns = ctx.has(storage.SubnetOwnerHotkey, netuid) && ctx.get(storage.SubnetOwnerHotkey, netuid) === hotkey
    ensure(
      children.length === 0 || owns || readTotalStake(ctx, hotkey) >= ctx.get(storage.StakeThreshold),
      errors.NotEnoughStakeToSetChildkeys,
    )
    rememberOnSubnet(ctx, hotkey, netuid, 'SetChildren')
    if (!ctx.get(storage.SubtokenEnabled, netuid)) {
      storeChildren(ctx, netuid, hotkey, children)
      return
    }
    const cooldown = BigInt(ctx.block) + ctx.get(storage.PendingChildKeyCooldown)
    ctx.set(storage.PendingChildKeys, netuid, hotkey, [children, cooldown])
    ctx.deposit(events.SetChildrenScheduled, [hotkey, netuid, cooldown, children])
  },
})
