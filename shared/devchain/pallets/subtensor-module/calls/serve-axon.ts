import { DispatchError } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { u8, u16, u32, u128 } from '../../../scale/primitives.ts'
import { checkAxon } from '../checks/check-axon.ts'
import { refuseInPool } from '../checks/refuse-in-pool.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'

/** A hotkey says where its neuron answers; the pool already refuses what the chain would. */
export const serveAxon = call({
  index: 4,
  args: { netuid: u16, version: u32, ip: u128, port: u16, ip_type: u8, protocol: u8, placeholder1: u8, placeholder2: u8 },
  pays: 'no',
  validate(ctx, origin, axon) {
    if (origin.kind !== 'signed') return null
    const error = checkAxon(ctx, origin.who, axon)
    return error === undefined ? null : refuseInPool(error)
  },
  dispatch(ctx, origin, { netuid, ...axon }) {
    const hotkey = ensureSigned(origin)
    const error = checkAxon(ctx, hotkey, { netuid, ...axon })
    if (error !== undefined) throw new DispatchError(error)
    ctx.set(storage.Axons, netuid, hotkey, { block: BigInt(ctx.block), ...axon })
    ctx.deposit(events.AxonServed, [netuid, hotkey])
  },
})
