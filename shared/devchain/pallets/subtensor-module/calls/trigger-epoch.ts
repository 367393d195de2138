import { ensure } from '../../../dispatch-error.ts'
import { call } from '../../../pallet.ts'
import { u16 } from '../../../scale/primitives.ts'
import { ensureSubnetOwner } from '../checks/ensure-subnet-owner.ts'
import { passesSubnetLimit, rememberOnSubnet } from '../checks/subnet-rate-limit.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { readEpochSchedule } from '../subnets/read-epoch-schedule.ts'

/**
 * The owner asks for an epoch as soon as the freeze window has passed, which the subnet is in from now on. Not under commit-reveal: it would
 * move the epochs that commits were made for.
 */
export const triggerEpoch = call({
  index: 141,
  args: { netuid: u16 },
  pays: 'yes',
  dispatch(ctx, origin, { netuid }) {
    const owner = ensureSubnetOwner(ctx, origin, netuid)
    ensure(!ctx.get(storage.CommitRevealWeightsEnabled, netuid), errors.DynamicTempoBlockedByCommitReveal)
    const { tempo, lastEpochBlock, pendingEpochAt, block } = readEpochSchedule(ctx, netuid)
    ensure(pendingEpochAt === 0, errors.EpochTriggerAlreadyPending)
    const window = ctx.get(storage.AdminFreezeWindow)
    const soon = tempo > 0 && Math.max(0, lastEpochBlock + tempo - block) < window
    ensure(!soon, errors.AutoEpochAlreadyImminent)
    ensure(passesSubnetLimit(ctx, owner, netuid, 'TriggerEpoch'), errors.TxRateLimitExceeded)
    const fires_at = BigInt(block + window)
    ctx.set(storage.PendingEpochAt, netuid, fires_at)
    rememberOnSubnet(ctx, owner, netuid, 'TriggerEpoch')
    ctx.deposit(events.EpochTriggered, { netuid, by: owner, fires_at })
  },
})
