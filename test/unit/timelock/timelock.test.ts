import { createHash } from 'node:crypto'
import { bls12_381 } from '@noble/curves/bls12-381'
import { describe, expect, it } from 'vitest'
import { decodeCiphertext, encodeCiphertext, timelockOverheadBytes } from '../../../shared/timelock/ciphertext-bytes.ts'
import { decryptWithSignature } from '../../../shared/timelock/decrypt-with-signature.ts'
import { encryptToRound } from '../../../shared/timelock/encrypt-to-round.ts'
import { hashPairing, xor } from '../../../shared/timelock/key-derivation.ts'
import { quicknet } from '../../../shared/timelock/quicknet.ts'
import { beaconPublicKeyOf, signRound } from '../../../shared/timelock/sign-round.ts'
import { verifyBeacon } from '../../../shared/timelock/verify-beacon.ts'

/** The signature that the public beacon published for its round 1000. */
const round1000 = Buffer.from('b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39', 'hex')
const message = Buffer.from('two miners, one vector')

/** Random bytes that are the same in every run. */
function seeded(seed: string) {
  let drawn = 0
  return (sizeBytes: number) => {
    drawn += 1
    return Uint8Array.from(createHash('sha256').update(`${seed}/${drawn}`).digest().subarray(0, sizeBytes))
  }
}

const toQuicknet = (round: bigint, text: Uint8Array = message) =>
  encryptToRound({ message: text, round, beaconPublicKey: quicknet.publicKey, random: seeded('a') })

describe('the timelock', () => {
  it('knows a signature of the public beacon from any other', () => {
    expect(verifyBeacon(quicknet.publicKey, { round: 1000n, signature: round1000 })).toBe(true)
    expect(verifyBeacon(quicknet.publicKey, { round: 1001n, signature: round1000 })).toBe(false)
    expect(verifyBeacon(quicknet.publicKey, { round: 1000n, signature: round1000.subarray(1) })).toBe(false)
  })

  it('opens with the round’s signature alone what was encrypted to the round, 244 bytes longer', () => {
    const ciphertext = toQuicknet(1000n)
    expect(ciphertext).toHaveLength(message.length + 244)
    expect(timelockOverheadBytes).toBe(244)
    expect(Buffer.from(decryptWithSignature(ciphertext, round1000))).toEqual(message)
  })

  it('lays the parts out as the chain reads them', () => {
    const ciphertext = Buffer.from(toQuicknet(1000n))
    expect([96, 136, 176].map(offset => ciphertext.readBigUInt64LE(offset))).toEqual([32n, 32n, BigInt(8 + message.length + 16 + 8 + 12)])
    expect(ciphertext.readBigUInt64LE(184)).toBe(BigInt(message.length + 16))
    expect(ciphertext.subarray(-16).toString('hex')).toBe(`0800000000000000${Buffer.from('AES_GCM_').toString('hex')}`)
  })

  it('stays closed to another round, another beacon and after any changed byte', () => {
    const closed = expect.objectContaining({ code: 'TIMELOCK_CIPHERTEXT' })
    const open = (bytes: Uint8Array) => () => decryptWithSignature(bytes, round1000)
    expect(open(toQuicknet(1001n))).toThrow(closed)
    expect(() => decryptWithSignature(toQuicknet(1000n), signRound(Buffer.alloc(32, 7), 1000n))).toThrow(closed)
    const whole = toQuicknet(1000n)
    // One byte of U, V, W, the body, the tag and the suite, and a length.
    for (const offset of [1, 105, 150, 200, whole.length - 40, whole.length - 1, 96]) {
      const changed = whole.slice()
      changed[offset] = (changed[offset] ?? 0) ^ 1
      expect(open(changed), String(offset)).toThrow(closed)
    }
    expect(open(whole.subarray(0, 200))).toThrow(closed)
    expect(open(new Uint8Array())).toThrow(closed)
    expect(() => decryptWithSignature(whole, new Uint8Array(48))).toThrow(closed)
  })

  it('stays closed where U does not commit to the key, although the key can be had', () => {
    const parts = decodeCiphertext(toQuicknet(1000n))
    const mask = (u: Uint8Array) => hashPairing(bls12_381.pairing(bls12_381.G1.Point.fromHex(round1000), bls12_381.G2.Point.fromHex(u)))
    const sigma = xor(parts.v, mask(parts.u))
    const u = bls12_381.G2.Point.BASE.multiply(5n).toBytes(true)
    const forged = encodeCiphertext({ ...parts, u, v: xor(sigma, mask(u)) })
    expect(() => decryptWithSignature(forged, round1000)).toThrow(expect.objectContaining({ code: 'TIMELOCK_CIPHERTEXT' }))
  })

  it('works with a beacon of its own', () => {
    const secret = Buffer.alloc(32, 9)
    const beaconPublicKey = beaconPublicKeyOf(secret)
    const signature = signRound(secret, 3n)
    expect(verifyBeacon(beaconPublicKey, { round: 3n, signature })).toBe(true)
    const ciphertext = encryptToRound({ message, round: 3n, beaconPublicKey, random: seeded('b') })
    expect(Buffer.from(decryptWithSignature(ciphertext, signature))).toEqual(message)
  })

  it('refuses a public key that is no point', () => {
    for (const beaconPublicKey of [new Uint8Array(), new Uint8Array(96), quicknet.publicKey.subarray(1)]) {
      expect(() => encryptToRound({ message, round: 1n, beaconPublicKey, random: seeded('c') })).toThrow(
        expect.objectContaining({ code: 'TIMELOCK_KEY' }),
      )
    }
  })
})
