import { beforeEach, describe, expect, it } from 'vitest'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, strong } from '../../../support/subnet-lab.ts'

const stranger = `0x${'77'.repeat(32)}`
const home = 0x7f00_0002n

let lab: PalletLab
beforeEach(() => {
  lab = createSubnetLab()
})

describe('serve_axon_tls', () => {
  const serve = (who: string, certificate: string, port = 8091) => {
    const args = [netuid, 1, home, port, 4, 4, 0, 0, certificate]
    return [lab.poolRefusal(who, 'subtensorModule', 'serveAxonTls', ...args), lab.run(who, 'subtensorModule', 'serveAxonTls', ...args)]
  }
  const kept = () => lab.ctx.get(storage.NeuronCertificates, netuid, strong)

  it('checks as serve_axon does', () => {
    expect(serve(stranger, '0x01')).toEqual([10, 'HotKeyNotRegisteredInNetwork'])
    expect(serve(strong, '0x01', 0)).toEqual([13, 'InvalidPort'])
    expect(kept()).toBe(undefined)
  })

  it('stores the key without its algorithm byte, and the address', () => {
    expect(serve(strong, `0x04${'ab'.repeat(64)}`)).toEqual([null, null])
    expect(kept()).toEqual({ public_key: Uint8Array.from(Buffer.alloc(64, 0xab)), algorithm: 4 })
    expect(lab.ctx.get(storage.Axons, netuid, strong)).toMatchObject({ ip: home, port: 8091 })
    expect(lab.events().at(-1)?.name).toBe('subtensorModule.AxonServed')
  })

  it('ignores a certificate of another form but keeps the address and the certificate of before', () => {
    serve(strong, '0x0407')
    lab.nextBlock()
    for (const certificate of ['0x', `0x04${'ab'.repeat(65)}`]) {
      expect(serve(strong, certificate, 9000)).toEqual([null, null])
      expect(kept()).toEqual({ public_key: Uint8Array.of(7), algorithm: 4 })
      expect(lab.ctx.get(storage.Axons, netuid, strong)?.port).toBe(9000)
      lab.nextBlock()
    }
  })
})

describe('serve_prometheus', () => {
  const serve = (who: string, ip: bigint, ipType = 4, port = 9090) => {
    const args = [netuid, 1, ip, port, ipType]
    return [
      lab.poolRefusal(who, 'subtensorModule', 'servePrometheus', ...args),
      lab.run(who, 'subtensorModule', 'servePrometheus', ...args),
    ]
  }

  it('checks the address first, then who serves it, and takes no zero', () => {
    expect(serve(stranger, 0n, 5, 0)).toEqual([255, 'InvalidIpType'])
    expect(serve(stranger, 0n, 4, 0)).toEqual([11, 'InvalidIpAddress'])
    expect(serve(strong, 1n, 6, 0)).toEqual([11, 'InvalidIpAddress'])
    expect(serve(stranger, home, 4, 0)).toEqual([10, 'HotKeyNotRegisteredInNetwork'])
    expect(serve(strong, home, 4, 0)).toEqual([13, 'InvalidPort'])
  })

  it('has a rate limit apart from that of the axon, and shows in the neuron', () => {
    lab.ctx.set(storage.ServingRateLimit, netuid, 3n)
    expect(lab.run(strong, 'subtensorModule', 'serveAxon', netuid, 1, home, 8091, 4, 4, 0, 0)).toBe(null)
    expect(serve(strong, home)).toEqual([null, null])
    expect(lab.events().at(-1)?.name).toBe('subtensorModule.PrometheusServed')
    expect(serve(strong, home)).toEqual([12, 'ServingRateLimitExceeded'])
    expect(lab.ctx.get(storage.Prometheus, netuid, strong)).toEqual({
      block: BigInt(lab.ctx.block),
      version: 1,
      ip: home,
      port: 9090,
      ip_type: 4,
    })
  })
})
