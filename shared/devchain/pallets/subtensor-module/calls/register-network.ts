import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { option } from '../../../scale/collections.ts'
import { accountId } from '../../../scale/hashes.ts'
import { passesNetworkRateLimit } from '../checks/passes-network-rate-limit.ts'
import { refuseInPool } from '../checks/refuse-in-pool.ts'
import { errors } from '../errors.ts'
import { registerSubnet } from '../subnets/register-subnet.ts'
import { storeIdentity } from '../subnets/store-identity.ts'
import { subnetIdentity } from '../types.ts'

/** A coldkey opens a subnet; the hotkey becomes its owner hotkey and uid 0. */
export const registerNetwork = call({
  index: 59,
  args: { hotkey: accountId },
  pays: 'yes',
  validate: (ctx, origin) =>
    origin.kind !== 'signed' || passesNetworkRateLimit(ctx) ? null : refuseInPool(errors.NetworkTxRateLimitExceeded),
  dispatch(ctx, origin, { hotkey }) {
    registerSubnet(ctx, ensureSigned(origin), hotkey)
  },
})

/** The same with what the subnet says of itself; the pool does not look at its rate limit. */
export const registerNetworkWithIdentity = call({
  index: 79,
  args: { hotkey: accountId, identity: option(subnetIdentity) },
  pays: 'yes',
  dispatch(ctx, origin, { hotkey, identity }) {
    const netuid = registerSubnet(ctx, ensureSigned(origin), hotkey)
    if (identity !== undefined) storeIdentity(ctx, netuid, identity)
  },
})
