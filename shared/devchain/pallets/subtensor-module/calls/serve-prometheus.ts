import { DispatchError } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { u8, u16, u32, u128 } from '../../../scale/primitives.ts'
import { checkPrometheus } from '../checks/check-prometheus.ts'
import { refuseInPool } from '../checks/refuse-in-pool.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'

/** A hotkey says where its neuron publishes metrics. */
export const servePrometheus = call({
  index: 5,
  args: { netuid: u16, version: u32, ip: u128, port: u16, ip_type: u8 },
  pays: 'no',
  validate(ctx, origin, address) {
    if (origin.kind !== 'signed') return null
    const error = checkPrometheus(ctx, origin.who, address)
    return error === undefined ? null : refuseInPool(error)
  },
  dispatch(ctx, origin, { netuid, ...address }) {
    const hotkey = ensureSigned(origin)
    const error = checkPrometheus(ctx, hotkey, { netuid, ...address })
    if (error !== undefined) throw new DispatchError(error)
    ctx.set(storage.Prometheus, netuid, hotkey, { block: BigInt(ctx.block), ...address })
    ctx.deposit(events.PrometheusServed, [netuid, hotkey])
  },
})
