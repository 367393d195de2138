import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeAxonAddress, encodeAxonAddress } from '../../../shared/chain/axon-address.ts'

describe('axon addresses', () => {
  it.each([
    ['1.2.3.4', 0x0102_0304n, 4],
    ['255.255.255.254', 0xffff_fffen, 4],
    ['::1', 1n, 6],
    ['2001:db8::7', 0x20010db8_00000000_00000000_00000007n, 6],
    ['::ffff:1.2.3.4', 0xffff_0102_0304n, 6],
    ['1:2:3:4:5:6:7:8', 0x0001_0002_0003_0004_0005_0006_0007_0008n, 6],
  ])('%s is the number %s', (host, ip, ipType) => {
    expect(encodeAxonAddress({ host, port: 8091 })).toEqual({ ip, ipType, port: 8091 })
  })

  it('survive the way to the chain and back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        const encoded = encodeAxonAddress({ host, port })
        const decoded = decodeAxonAddress(encoded)
        expect(decoded === null ? null : encodeAxonAddress(decoded)).toEqual(encoded.ip === 0n ? null : encoded)
      }),
      { numRuns: 300, seed: 3 },
    )
  })

  it.each([
    { host: 'example.com', port: 1 },
    { host: '1.2.3', port: 1 },
    { host: '1.2.3.4', port: 0 },
    { host: '1.2.3.4', port: 65_536 },
    { host: '1.2.3.4', port: 1.5 },
    { host: 'fe80::1%eth0', port: 1 },
  ])('refuses $host port $port', address => {
    expect(() => encodeAxonAddress(address)).toThrowError(expect.objectContaining({ code: 'CHAIN_ADDRESS' }))
  })

  it('reads what was never served, or is no address, as none', () => {
    expect(decodeAxonAddress({ ip: 0n, ipType: 4, port: 0 })).toBeNull()
    expect(decodeAxonAddress({ ip: 2n ** 40n, ipType: 4, port: 1 })).toBeNull()
    expect(decodeAxonAddress({ ip: 5n, ipType: 9, port: 1 })).toBeNull()
  })
})
