import { ensure } from '../../../dispatch-error.ts'
import { ensureRoot, ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { u16, u64 } from '../../../scale/primitives.ts'
import { ensureSubnetOwnerOrRoot } from '../checks/ensure-subnet-owner.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { claimRoot } from '../root-claims/claim-root.ts'
import { numberColdkey } from '../root-claims/follow-root-stake.ts'
import { storage } from '../storage.ts'
import { netuidSet, rootClaimType } from '../types.ts'

const mostSubnets = 5
const mostClaims = 50n
const highestThreshold = 10_000_000n

/** A coldkey claims what its TAO on root earned on some subnets. */
export const claimRootCall = call({
  index: 121,
  args: { subnets: netuidSet },
  pays: 'yes',
  dispatch(ctx, origin, { subnets }) {
    const coldkey = ensureSigned(origin)
    const chosen = new Set(subnets)
    ensure(chosen.size > 0 && chosen.size <= mostSubnets, errors.InvalidSubnetNumber)
    numberColdkey(ctx, coldkey)
    claimRoot(ctx, coldkey, chosen)
  },
})

/** A coldkey says whether what it claims is sold for TAO or kept as alpha. */
export const setRootClaimType = call({
  index: 122,
  args: { new_root_claim_type: rootClaimType },
  pays: 'yes',
  dispatch(ctx, origin, { new_root_claim_type: wish }) {
    const coldkey = ensureSigned(origin)
    if (wish.type === 'KeepSubnets') ensure(wish.value.subnets.length > 0, errors.InvalidSubnetNumber)
    numberColdkey(ctx, coldkey)
    ctx.set(storage.RootClaimType, coldkey, wish)
    ctx.deposit(events.RootClaimTypeSet, { coldkey, root_claim_type: wish })
  },
})

/** Sudo says for how many coldkeys the chain claims in each block. */
export const setNumRootClaims = call({
  index: 123,
  args: { new_value: u64 },
  pays: 'yes',
  dispatch(ctx, origin, { new_value }) {
    ensureRoot(origin)
    ensure(new_value <= mostClaims, errors.InvalidNumRootClaim)
    ctx.set(storage.NumRootClaim, new_value)
  },
})

/** An owner says below how many rao of the subnet's alpha nothing is claimed. */
export const setRootClaimThreshold = call({
  index: 124,
  args: { netuid: u16, new_value: u64 },
  pays: 'yes',
  dispatch(ctx, origin, { netuid, new_value }) {
    ensureSubnetOwnerOrRoot(ctx, origin, netuid)
    ensure(new_value <= highestThreshold, errors.InvalidRootClaimThreshold)
    ctx.set(storage.RootClaimableThreshold, netuid, new_value << 32n)
  },
})
