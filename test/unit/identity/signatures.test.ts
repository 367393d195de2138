import { sr25519Sign, sr25519Verify } from '@polkadot/util-crypto/sr25519'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { pairFromPrivateKey, pairFromSeed, pairFromUri } from '../../../shared/identity/key-pair.ts'
import { signSr25519 } from '../../../shared/identity/sign-message.ts'
import { verifySr25519 } from '../../../shared/identity/verify-signature.ts'

const message = Buffer.from('what was said')

beforeAll(() => waitForCrypto())

describe('keys', () => {
  it('derives the well-known development keys', () => {
    expect(pairFromUri('//Alice').address).toBe('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
    expect(pairFromUri('//Bob').address).toBe('5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty')
    expect(pairFromUri('bottom drive obey lake curtain smoke basket hold race lonely fit walk').address).toBe(
      '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV',
    )
    expect(Buffer.from(pairFromUri('//Alice').publicKey).toString('hex')).toBe(
      'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d',
    )
  })

  it('derives the same key from //Alice as from its seed', () => {
    const seed = Buffer.from('e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a', 'hex')
    expect(pairFromSeed(seed).address).toBe(pairFromUri('//Alice').address)
  })

  it('reads a private key in the spelling of wallet files and in that of signing code', () => {
    const { publicKey, address } = pairFromUri('//Alice')
    const nonce = '925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011'
    const canonical = Buffer.from(`33a6f3093f158a7109f679410bef1a0c54168145e0cecb4df006c1c2fffb1f09${nonce}`, 'hex')
    const ed25519 = Buffer.from(`98319d4ff8a9508c4bb0cf0b5a78d760a0b2082c02775e6e82370816fedfff48${nonce}`, 'hex')
    for (const privateKey of [canonical, ed25519]) {
      const pair = pairFromPrivateKey(privateKey, publicKey)
      expect(pair.address).toBe(address)
      expect(verifySr25519(pair.sign(message), message, publicKey)).toBe(true)
    }
  })

  it('refuses a private key that belongs to another public key', () => {
    const privateKey = Buffer.alloc(64, 7)
    expect(() => pairFromPrivateKey(privateKey, pairFromUri('//Bob').publicKey)).toThrowError(
      expect.objectContaining({ code: 'WALLET_KEY' }),
    )
  })

  it('refuses a seed of another length', () => {
    expect(() => pairFromSeed(new Uint8Array(31))).toThrowError('a seed has 32 bytes, this has 31')
  })

  it('shows no secret when a pair is printed or serialized', () => {
    const pair = pairFromSeed(Buffer.alloc(32, 0x5a))
    expect(JSON.stringify(pair)).not.toMatch(/(5a){8}|(90,){8}/)
    expect(Object.keys(pair).sort()).toEqual(['address', 'coldkey', 'hotkey', 'publicKey', 'sign'])
  })
})

describe('signatures', () => {
  it('verify across the two implementations', () => {
    const pair = pairFromUri('//Alice')
    expect(sr25519Verify(message, signSr25519(pair, message), pair.publicKey)).toBe(true)
    const theirs = sr25519Sign(message, { publicKey: pair.publicKey, secretKey: secretOfAlice })
    expect(verifySr25519(theirs, message, pair.publicKey)).toBe(true)
  })

  it('hold for no other message, key or byte', () => {
    const pair = pairFromUri('//Alice')
    const signature = pair.sign(message)
    expect(verifySr25519(signature, message, pair.publicKey)).toBe(true)
    expect(verifySr25519(signature, Buffer.from('what was not said'), pair.publicKey)).toBe(false)
    expect(verifySr25519(signature, message, pairFromUri('//Bob').publicKey)).toBe(false)
    for (let index = 0; index < 64; index++) {
      const changed = signature.slice()
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(verifySr25519(changed, message, pair.publicKey)).toBe(false)
    }
  })

  it('are refused and never thrown about, whatever bytes come', () => {
    const bytes = fc.uint8Array({ maxLength: 100 })
    fc.assert(
      fc.property(bytes, bytes, bytes, (signature, text, publicKey) => {
        expect(verifySr25519(signature, text, publicKey)).toBe(false)
      }),
      { numRuns: 200, seed: 1 },
    )
  })

  it('are refused for a public key that is no point of the curve', () => {
    const signature = pairFromUri('//Alice').sign(message)
    expect(verifySr25519(signature, message, Buffer.alloc(32, 0xff))).toBe(false)
    expect(verifySr25519(signature, message, Buffer.alloc(31, 1))).toBe(false)
  })

  it('are refused for the zero key, for which anyone can make them', () => {
    // With the neutral element as public key, R = s * B holds for every message: s = 0 and R = 0 is the simplest.
    const forged = Buffer.alloc(64)
    forged[63] = 0x80
    expect(verifySr25519(forged, message, new Uint8Array(32))).toBe(false)
  })
})

const secretOfAlice = Buffer.from(
  '98319d4ff8a9508c4bb0cf0b5a78d760a0b2082c02775e6e82370816fedfff48925a225d97aa00682d6a59b95b18780c10d7032336e88f3442b42361f4a66011',
  'hex',
)
