import { ensure } from '../../../dispatch-error.ts'
import { call } from '../../../pallet.ts'
import { u16 } from '../../../scale/primitives.ts'
import { ensureSubnetOwner } from '../checks/ensure-subnet-owner.ts'
import { passesSubnetLimit, rememberOnSubnet } from '../checks/subnet-rate-limit.ts'
import { maxTempo, minTempo } from '../constants.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { isFrozen } from '../subnets/is-frozen.ts'

/** The owner changes how many blocks an epoch takes; the one that runs starts anew. */
export const setTempo = call({
  index: 139,
  args: { netuid: u16, tempo: u16 },
  pays: 'yes',
  dispatch(ctx, origin, { netuid, tempo }) {
    const owner = ensureSubnetOwner(ctx, origin, netuid)
    ensure(tempo >= minTempo && tempo <= maxTempo, errors.TempoOutOfBounds)
    ensure(!isFrozen(ctx, netuid), errors.AdminActionProhibitedDuringWeightsWindow)
    ensure(passesSubnetLimit(ctx, owner, netuid, 'TempoUpdate'), errors.TxRateLimitExceeded)
    ctx.set(storage.Tempo, netuid, tempo)
    ctx.deposit(events.TempoSet, [netuid, tempo])
    ctx.set(storage.LastEpochBlock, netuid, BigInt(ctx.block))
    rememberOnSubnet(ctx, owner, netuid, 'TempoUpdate')
  },
})
