import { beforeEach, describe, expect, it } from 'vitest'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, strong } from '../../../support/subnet-lab.ts'

const stranger = `0x${'77'.repeat(32)}`
const address = (bytes: readonly number[]) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
const home = address([127, 0, 0, 2])

describe('serve_axon', () => {
  let lab: PalletLab
  const both = (who: string, ip: bigint, ipType = 4, port = 8091) => {
    const args = [netuid, 10_005_000, ip, port, ipType, 4, 0, 0]
    return [lab.poolRefusal(who, 'subtensorModule', 'serveAxon', ...args), lab.run(who, 'subtensorModule', 'serveAxon', ...args)]
  }

  beforeEach(() => {
    lab = createSubnetLab()
  })

  it('refuses in the pool what it would refuse in a block, in the chain’s order', () => {
    expect(both(stranger, address([127, 0, 0, 1]), 5, 0)).toEqual([10, 'HotKeyNotRegisteredInNetwork'])
    expect(both(strong, address([127, 0, 0, 1]), 5, 0)).toEqual([255, 'InvalidIpType'])
    expect(both(strong, address([127, 0, 0, 1]), 4, 0)).toEqual([11, 'InvalidIpAddress'])
    expect(both(strong, 0xffff_ffffn)).toEqual([11, 'InvalidIpAddress'])
    expect(both(strong, 1n, 6)).toEqual([11, 'InvalidIpAddress'])
    expect(both(strong, 2n ** 128n - 1n, 6)).toEqual([11, 'InvalidIpAddress'])
    expect(both(strong, home, 4, 0)).toEqual([13, 'InvalidPort'])
  })

  it('takes other loopback, private and zero addresses, and IPv6', () => {
    for (const [ip, type] of [
      [home, 4],
      [address([10, 0, 0, 1]), 4],
      [0n, 4],
      [address([0xfd, 1, ...new Array<number>(14).fill(7)]), 6],
    ] as const) {
      expect(both(strong, ip, type)).toEqual([null, null])
      lab.nextBlock()
    }
  })

  it('waits for its rate limit', () => {
    lab.ctx.set(storage.ServingRateLimit, netuid, 3n)
    expect(both(strong, home)).toEqual([null, null])
    lab.nextBlock(2)
    expect(both(strong, home, 4, 0)).toEqual([12, 'ServingRateLimitExceeded'])
    lab.nextBlock()
    expect(both(strong, home)).toEqual([null, null])
  })

  it('stores the address with its block and says so', () => {
    both(strong, home)
    expect(lab.ctx.get(storage.Axons, netuid, strong)).toEqual({
      block: BigInt(lab.ctx.block),
      version: 10_005_000,
      ip: home,
      port: 8091,
      ip_type: 4,
      protocol: 4,
      placeholder1: 0,
      placeholder2: 0,
    })
    expect(lab.events().map(event => event.name)).toEqual(['subtensorModule.AxonServed'])
  })
})
