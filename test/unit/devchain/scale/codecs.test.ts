import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeExtrinsic } from '../../../../shared/devchain/chain/extrinsic.ts'
import { dispatchError, multiAddress } from '../../../../shared/devchain/frame-types.ts'
import { presets } from '../../../../shared/devchain/genesis/presets.ts'
import { createNodeRuntime } from '../../../../shared/devchain/node-runtime.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { type Codec, decodeValue, encodeValue } from '../../../../shared/devchain/scale/codec.ts'
import { boundedBytes, bytes, fixedBytes, option, tuple, vec } from '../../../../shared/devchain/scale/collections.ts'
import { compact } from '../../../../shared/devchain/scale/compact.ts'
import { struct } from '../../../../shared/devchain/scale/composites.ts'
import { bool, i16, i64, i128, text, u8, u16, u32, u64, u128, u256 } from '../../../../shared/devchain/scale/primitives.ts'
import { ScaleError } from '../../../../shared/devchain/scale/scale-error.ts'

const hexOf = (data: Uint8Array) => Buffer.from(data).toString('hex')
const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

/** Every value that goes in comes out, and no byte is left over. */
function holds<T>(codec: Codec<T>, values: fc.Arbitrary<T>): void {
  fc.assert(
    fc.property(values, value => {
      expect(decodeValue(codec, encodeValue(codec, value))).toEqual(value)
    }),
  )
}

const below = (bits: bigint) => fc.bigInt(0n, (1n << bits) - 1n)
const signed = (bits: bigint) => fc.bigInt(-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n)

describe('encode, then decode is identity', () => {
  it('for integers and their compact forms', () => {
    holds(u8, fc.integer({ min: 0, max: 0xff }))
    holds(u16, fc.integer({ min: 0, max: 0xffff }))
    holds(u32, fc.integer({ min: 0, max: 0xffff_ffff }))
    holds(i16, fc.integer({ min: -0x8000, max: 0x7fff }))
    holds(u64, below(64n))
    holds(u128, below(128n))
    holds(u256, below(256n))
    holds(i64, signed(64n))
    holds(i128, signed(128n))
    holds(compact(u16), fc.integer({ min: 0, max: 0xffff }))
    holds(compact(u32), fc.integer({ min: 0, max: 0xffff_ffff }))
    holds(compact(u64), below(64n))
    holds(compact(u128), below(128n))
  })

  it('for collections, structs and enums', () => {
    holds(vec(u16), fc.array(fc.integer({ min: 0, max: 0xffff })))
    holds(bytes, fc.uint8Array())
    holds(text, fc.string({ unit: 'grapheme' }))
    holds(
      fixedBytes(4),
      fc.uint8Array({ minLength: 4, maxLength: 4 }).map(data => `0x${hexOf(data)}`),
    )
    holds(option(u64), fc.option(below(64n), { nil: undefined }))
    holds(tuple(u8, bool), fc.tuple(fc.integer({ min: 0, max: 255 }), fc.boolean()))
    holds(struct('', { a: u8, b: vec(bool) }), fc.record({ a: fc.integer({ min: 0, max: 255 }), b: fc.array(fc.boolean()) }))
    holds(
      dispatchError,
      fc.constantFrom(
        { type: 'BadOrigin' },
        { type: 'Token', value: 'Frozen' },
        { type: 'Module', value: { index: 7, error: '0x05000000' } },
      ),
    )
    holds(
      multiAddress,
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map(data => ({ type: 'Id', value: `0x${hexOf(data)}` }) as const),
    )
  })
})

describe('known encodings', () => {
  it('of compact integers are those of the specification', () => {
    const cases: readonly (readonly [bigint, string])[] = [
      [0n, '00'],
      [1n, '04'],
      [42n, 'a8'],
      [69n, '1501'],
      [65_535n, 'feff0300'],
      [1_073_741_823n, 'feffffff'],
      [1_073_741_824n, '0300000040'],
      [100_000_000_000_000n, '0b00407a10f35a'],
      [(1n << 64n) - 1n, '13ffffffffffffffff'],
    ]
    for (const [value, hex] of cases) {
      expect(hexOf(encodeValue(compact(u64), value))).toBe(hex)
      expect(decodeValue(compact(u64), fromHex(hex))).toBe(value)
    }
  })

  // Made by @polkadot/api 16.5 with the metadata of the real runtime (spec 424).
  it.each([
    ['SubtensorModule.set_weights', '07000100080000010008ffff01000000000000000000'],
    ['SubtensorModule.serve_axon', '0704010008aa9800040302010000000000000000000000009b1f04040000'],
  ])('of the call %s are those of the real runtime', (name, hex) => {
    const runtime = createNodeRuntime(presets.default)
    const call = decodeValue(runtime.callCodec, fromHex(hex), runtime.named)
    expect(`${call.pallet}.${call.name}`).toBe(name)
    expect(hexOf(encodeValue(runtime.callCodec, call, runtime.named))).toBe(hex)
  })

  it('of storage keys are those of the real runtime', () => {
    const prefix = '658faa385070e074c85bf6b568cf0555'
    expect(storage.Weights.keyOf([4_097, 3])).toBe(`${prefix}a1e7036061f484bc3048a64b64e35ec401100300`)
    expect(storage.Keys.keyOf([1, 0])).toBe(`${prefix}9f99a2ce711f3a31b2fc05604c93f17901000000`)
    expect(storage.Keys.parseKey(storage.Keys.keyOf([1, 258]))).toEqual([1, 258])
  })
})

describe('what does not fit', () => {
  it.each([
    ['a value out of range', () => encodeValue(u16, 65_536)],
    ['a negative value', () => encodeValue(u64, -1n)],
    ['a compact value out of range', () => decodeValue(compact(u16), fromHex('02000400'))],
    ['a compact integer in a longer form than needed', () => decodeValue(compact(u64), fromHex('0100'))],
    ['a list that claims more than there is', () => decodeValue(vec(u8), fromHex('feffffff00'))],
    ['bytes beyond a bound', () => decodeValue(boundedBytes(2), fromHex('0c010203'))],
    ['an unknown case', () => decodeValue(multiAddress, fromHex('09'))],
    ['a byte too many', () => decodeValue(u8, fromHex('0102'))],
    ['a byte too few', () => decodeValue(u32, fromHex('010203'))],
    ['a text that is not UTF-8', () => decodeValue(text, fromHex('04ff'))],
    ['a boolean of 2', () => decodeValue(bool, fromHex('02'))],
  ])('is a ScaleError: %s', (_name, run) => {
    expect(run).toThrow(ScaleError)
  })

  it('random bytes are an extrinsic or a ScaleError, never anything else', () => {
    const runtime = createNodeRuntime(presets.default)
    const head = fc.constantFrom('', '84', '8400', '04', '0407', '040b', '040c00', '0413')
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 300 }), (start, tail) => {
        const body = Buffer.concat([Buffer.from(start, 'hex'), tail])
        const whole = encodeValue(bytes, body)
        try {
          decodeExtrinsic(whole, runtime)
        } catch (error) {
          expect(error).toBeInstanceOf(ScaleError)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
