import { describe, expect, it } from 'vitest'
import { isPublicAddress } from '../../../../validator/query/dial-filter.ts'

describe('an address may not be dialled', () => {
  it.each([
    ['loopback', ['127.0.0.1', '127.0.0.2', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1']],
    ['unspecified', ['0.0.0.0', '0.1.2.3', '::']],
    ['private', ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255']],
    ['of carrier NAT', ['100.64.0.1', '100.127.255.255']],
    ['link-local, as cloud metadata are', ['169.254.169.254', '169.254.0.1', 'fe80::1', 'febf::1']],
    [
      'of documentation and benchmarks',
      ['192.0.2.1', '198.51.100.7', '203.0.113.9', '198.18.0.1', '198.19.255.255', '2001:db8::1', '192.0.0.1'],
    ],
    ['multicast or reserved', ['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', 'ff02::1']],
    ['unique local', ['fc00::1', 'fd12:3456::1', 'fdff:ffff::1']],
    ['IPv4 in IPv6', ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '0:0:0:0:0:ffff:7f00:1', '::ffff:192.168.1.1']],
    ['translated or tunnelled', ['64:ff9b::7f00:1', '64:ff9b::127.0.0.1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1', '100::1']],
    ['IPv4-compatible', ['::127.0.0.1', '::10.0.0.1']],
    ['site-local', ['fec0::1']],
    ['a name', ['localhost', 'example.com', '', '127.1', '0x7f.0.0.1', '2130706433', '127.0.0.1.']],
    ['an address with a zone', ['fe80::1%eth0', '2606:4700::1111%1']],
  ])('that is %s', (_, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([])
  })
})

describe('an address may be dialled', () => {
  it('outside of all of these ranges, also right beside them', () => {
    const open = [
      '1.1.1.1',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
      '169.253.255.255',
      '172.15.255.255',
    ]
    const more = [
      '172.32.0.0',
      '192.167.255.255',
      '192.169.0.0',
      '198.17.255.255',
      '198.20.0.0',
      '223.255.255.255',
      '2606:4700:4700::1111',
      '2a00::1',
      '::ffff:1.1.1.1',
    ]
    expect([...open, ...more].filter(address => !isPublicAddress(address))).toEqual([])
  })
})
