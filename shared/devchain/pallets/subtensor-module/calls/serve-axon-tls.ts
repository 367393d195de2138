import { DispatchError } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { bytes } from '../../../scale/collections.ts'
import { u8, u16, u32, u128 } from '../../../scale/primitives.ts'
import { checkAxon } from '../checks/check-axon.ts'
import { refuseInPool } from '../checks/refuse-in-pool.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'

const maxKeyBytes = 64

/**
 * serve_axon with the neuron's TLS key: one byte that names the algorithm, then at most 64 of the key. A certificate of any other form is
 * ignored, and the address stored all the same.
 */
export const serveAxonTls = call({
  index: 40,
  args: {
    netuid: u16,
    version: u32,
    ip: u128,
    port: u16,
    ip_type: u8,
    protocol: u8,
    placeholder1: u8,
    placeholder2: u8,
    certificate: bytes,
  },
  pays: 'no',
  validate(ctx, origin, axon) {
    if (origin.kind !== 'signed') return null
    const error = checkAxon(ctx, origin.who, axon)
    return error === undefined ? null : refuseInPool(error)
  },
  dispatch(ctx, origin, { netuid, certificate, ...axon }) {
    const hotkey = ensureSigned(origin)
    const error = checkAxon(ctx, hotkey, { netuid, ...axon })
    if (error !== undefined) throw new DispatchError(error)
    const [algorithm] = certificate
    if (algorithm !== undefined && certificate.length <= 1 + maxKeyBytes)
      ctx.set(storage.NeuronCertificates, netuid, hotkey, { public_key: certificate.slice(1), algorithm })
    ctx.set(storage.Axons, netuid, hotkey, { block: BigInt(ctx.block), ...axon })
    ctx.deposit(events.AxonServed, [netuid, hotkey])
  },
})
