import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { devAccounts } from '../../../shared/devchain/genesis/dev-accounts.ts'
import { hashWeights } from '../../../shared/timelock/hash-weights.ts'
import {
  decodeLegacyPayload,
  decodeWeightsPayload,
  encodeLegacyPayload,
  encodeWeightsPayload,
} from '../../../shared/timelock/weights-payload.ts'

const alice = Uint8Array.from(Buffer.from(devAccounts.Alice.slice(2), 'hex'))
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('the payload of a timelocked commit', () => {
  it('is the hotkey, uids, values and version key, counted lists each', () => {
    expect(hex(encodeWeightsPayload({ hotkey: alice, uids: [0, 1], values: [65_535, 1], versionKey: 7n }))).toBe(
      `80${hex(alice)}080000010008ffff01000700000000000000`,
    )
    expect(hex(encodeLegacyPayload({ uids: [3], values: [2], versionKey: 0n }))).toBe('040300040200'.concat('00'.repeat(8)))
  })

  it('reads back whatever was written, with and without a hotkey', () => {
    const list = fc.array(fc.integer({ min: 0, max: 65_535 }), { maxLength: 5_000, size: 'max' })
    const weights = fc.record({ uids: list, values: list, versionKey: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) })
    fc.assert(
      fc.property(weights, payload => {
        expect(decodeLegacyPayload(encodeLegacyPayload(payload))).toEqual(payload)
        const { hotkey, ...rest } = decodeWeightsPayload(encodeWeightsPayload({ hotkey: alice, ...payload }))
        expect(hex(hotkey)).toBe(hex(alice))
        expect(rest).toEqual(payload)
      }),
      { numRuns: 20 },
    )
  })

  it('is refused where it ends too soon or claims a list beyond any subnet', () => {
    const refused = expect.objectContaining({ code: 'TIMELOCK_PAYLOAD' })
    const whole = encodeWeightsPayload({ hotkey: alice, uids: [0], values: [1], versionKey: 0n })
    expect(() => decodeWeightsPayload(whole.subarray(0, -1))).toThrow(refused)
    expect(() => decodeWeightsPayload(new Uint8Array())).toThrow(refused)
    expect(() => decodeLegacyPayload(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toThrow(refused)
  })
})

describe('the hash of committed weights', () => {
  it('is the one that the chain computes', () => {
    const hash = hashWeights({
      hotkey: alice,
      netuidIndex: 1,
      uids: [0, 1],
      values: [65_535, 1],
      salt: [1, 2, 3, 4, 5, 6, 7, 8],
      versionKey: 0n,
    })
    expect(hex(hash)).toBe('95ed5623fa1e73a73170c9b581b719e399e3e3157c482649043d33ae64df87c7')
  })
})
