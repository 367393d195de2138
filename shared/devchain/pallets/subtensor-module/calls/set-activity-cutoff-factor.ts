import { ensure } from '../../../dispatch-error.ts'
import { call } from '../../../pallet.ts'
import { u16, u32 } from '../../../scale/primitives.ts'
import { ensureSubnetOwnerOrRoot } from '../checks/ensure-subnet-owner.ts'
import { passesSubnetLimit, rememberOnSubnet } from '../checks/subnet-rate-limit.ts'
import { maxActivityCutoffFactor, minActivityCutoffFactor } from '../constants.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { isFrozen } from '../subnets/is-frozen.ts'

/** The owner, or sudo without its limits, says after how many thousandths of a tempo without weights a validator counts as inactive. */
export const setActivityCutoffFactor = call({
  index: 140,
  args: { netuid: u16, factor_milli: u32 },
  pays: 'yes',
  dispatch(ctx, origin, { netuid, factor_milli }) {
    const owner = ensureSubnetOwnerOrRoot(ctx, origin, netuid)
    const legal = factor_milli >= minActivityCutoffFactor && factor_milli <= maxActivityCutoffFactor
    ensure(legal, errors.ActivityCutoffFactorMilliOutOfBounds)
    if (owner !== undefined) {
      ensure(!isFrozen(ctx, netuid), errors.AdminActionProhibitedDuringWeightsWindow)
      ensure(passesSubnetLimit(ctx, owner, netuid, 'ActivityCutoffFactorMilli'), errors.TxRateLimitExceeded)
    }
    ctx.set(storage.ActivityCutoffFactorMilli, netuid, factor_milli)
    ctx.deposit(events.ActivityCutoffFactorMilliSet, { netuid, factor_milli })
    if (owner !== undefined) rememberOnSubnet(ctx, owner, netuid, 'ActivityCutoffFactorMilli')
  },
})
