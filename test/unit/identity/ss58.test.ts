import { encodeAddress } from '@polkadot/util-crypto/address'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSs58, encodeHotkey, encodeSs58, isSs58, parseHotkey, readSs58OrNull } from '../../../shared/identity/ss58.ts'

const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'

describe('addresses', () => {
  it('are encoded as the reference implementation does, and decode to the same key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), publicKey => {
        const address = encodeSs58(publicKey)
        expect(address).toBe(encodeAddress(publicKey, 42))
        expect(Buffer.from(decodeSs58(address))).toEqual(Buffer.from(publicKey))
      }),
      { numRuns: 100, seed: 2 },
    )
  })

  it.each([
    ['', 'it has 0 characters'],
    [alice.slice(0, 47), 'bytes|checksum|characters'],
    [`${alice.slice(0, 20)}1${alice.slice(21)}`, 'its checksum is wrong'],
    [`${alice.slice(0, 20)}0${alice.slice(21)}`, 'characters that base58 does not have'],
    [encodeAddress(new Uint8Array(32).fill(200), 0), 'its network format is 0'],
    [`0x${'d4'.repeat(32)}`, 'it has 66 characters'],
  ])('refuses %s with the reason', (text, reason) => {
    expect(isSs58(text)).toBe(false)
    expect(readSs58OrNull(text)).toBeNull()
    expect(() => parseHotkey(text)).toThrowError(new RegExp(reason))
  })

  it('refuses values that are no text', () => {
    for (const value of [null, undefined, 5, {}, [alice]]) {
      expect(isSs58(value)).toBe(false)
      expect(() => parseHotkey(value)).toThrowError(expect.objectContaining({ code: 'WALLET_ADDRESS' }))
    }
  })

  it('takes a right address as it is', () => {
    expect(parseHotkey(alice)).toBe(alice)
    expect(encodeHotkey(decodeSs58(alice))).toBe(alice)
  })

  it('refuses a public key of another length', () => {
    expect(() => encodeSs58(new Uint8Array(33))).toThrowError('a public key has 32 bytes, this has 33')
  })
})
