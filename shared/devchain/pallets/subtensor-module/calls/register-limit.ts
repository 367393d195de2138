import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { u16, u64 } from '../../../scale/primitives.ts'
import { errors } from '../errors.ts'
import { registerByBurn } from '../registration/register-by-burn.ts'
import { storage } from '../storage.ts'

/** A coldkey registers a hotkey unless the price has moved above a limit. */
export const registerLimit = call({
  index: 134,
  args: { netuid: u16, hotkey: accountId, limit_price: u64 },
  pays: 'yes',
  dispatch(ctx, origin, { netuid, hotkey, limit_price }) {
    const coldkey = ensureSigned(origin)
    ensure(netuid !== 0, errors.RegistrationNotPermittedOnRootSubnet)
    ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
    ensure(ctx.get(storage.Burn, netuid) <= limit_price, errors.RegistrationPriceLimitExceeded)
    registerByBurn(ctx, coldkey, netuid, hotkey)
  },
})
