import { ensure } from '../../../dispatch-error.ts'
import { call } from '../../../pallet.ts'
import { u16 } from '../../../scale/primitives.ts'
import { ensureSubnetOwner } from '../checks/ensure-subnet-owner.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'

/** The owner starts a subnet's emission with the next block and lets its alpha be staked. */
export const startCall = call({
  index: 92,
  args: { netuid: u16 },
  pays: 'yes',
  dispatch(ctx, origin, { netuid }) {
    ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
    ensureSubnetOwner(ctx, origin, netuid)
    ensure(!ctx.has(storage.FirstEmissionBlockNumber, netuid), errors.FirstEmissionBlockNumberAlreadySet)
    const earliest = ctx.get(storage.NetworkRegisteredAt, netuid) + ctx.get(storage.StartCallDelay)
    ensure(BigInt(ctx.block) >= earliest, errors.NeedWaitingMoreBlocksToStarCall)
    const first = BigInt(ctx.block) + 1n
    ctx.set(storage.FirstEmissionBlockNumber, netuid, first)
    ctx.set(storage.SubtokenEnabled, netuid, true)
    ctx.deposit(events.FirstEmissionBlockNumberSet, [netuid, first])
  },
})
