import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { u16 } from '../../../scale/primitives.ts'
import { passesSubnetLimit, rememberOnSubnet } from '../checks/subnet-rate-limit.ts'
import { readChildkeyTake, readLeastChildkeyTake } from '../children/read-childkey-take.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'

/** What a hotkey keeps of the dividends of stake that was lent to it; only raising it is limited. */
export const setChildkeyTake = call({
  index: 75,
  args: { hotkey: accountId, netuid: u16, take: u16 },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, netuid, take }) {
    const coldkey = ensureSigned(origin)
    ensure(ctx.get(storage.Owner, hotkey) === coldkey, errors.NonAssociatedColdKey)
    const legal = take >= readLeastChildkeyTake(ctx, netuid) && take <= ctx.get(storage.MaxChildkeyTake)
    ensure(legal, errors.InvalidChildkeyTake)
    if (take > readChildkeyTake(ctx, netuid, hotkey))
      ensure(passesSubnetLimit(ctx, hotkey, netuid, 'SetChildkeyTake'), errors.TxChildkeyTakeRateLimitExceeded)
    rememberOnSubnet(ctx, hotkey, netuid, 'SetChildkeyTake')
    ctx.set(storage.ChildkeyTake, hotkey, netuid, take)
    ctx.deposit(events.ChildKeyTakeSet, [hotkey, take])
  },
})
