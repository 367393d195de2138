import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { bytes } from '../../../scale/collections.ts'
import { u16 } from '../../../scale/primitives.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { storeIdentity } from '../subnets/store-identity.ts'

/** The owner says what its subnet is called and where to read of it. */
export const setSubnetIdentity = call({
  index: 78,
  args: {
    netuid: u16,
    subnet_name: bytes,
    github_repo: bytes,
    subnet_contact: bytes,
    subnet_url: bytes,
    discord: bytes,
    description: bytes,
    logo_url: bytes,
    additional: bytes,
  },
  pays: 'yes',
  dispatch(ctx, origin, { netuid, ...identity }) {
    const coldkey = ensureSigned(origin)
    ensure(ctx.get(storage.SubnetOwner, netuid) === coldkey, errors.NotSubnetOwner)
    storeIdentity(ctx, netuid, identity)
  },
})
