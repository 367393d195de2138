import { describe, expect, it } from 'vitest'
import { presets } from '../../../../shared/devchain/genesis/presets.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { createPalletLab } from '../../../support/pallet-lab.ts'

// The figures were made with the metadata of a real Subtensor runtime.
describe('what goes over the wire', () => {
  it('has the bytes of the real chain’s calls', () => {
    const lab = createPalletLab(presets.default)
    const encode = (name: string, ...args: unknown[]) => Buffer.from(lab.encode('subtensorModule', name, ...args)).toString('hex')
    expect(encode('setWeights', 1, [0, 1], [65_535, 1], 0)).toBe('07000100080000010008ffff01000000000000000000')
    expect(encode('commitTimelockedWeights', 1, '0x0102', 7, 4)).toBe('0771010008010207000000000000000400')
    expect(encode('serveAxon', 1, 10_005_000, 16_909_060n, 8091, 4, 4, 0, 0)).toBe(
      '0704010008aa9800040302010000000000000000000000009b1f04040000',
    )
  })

  it('has the real chain’s storage keys', () => {
    const prefix = '658faa385070e074c85bf6b568cf0555'
    expect(storage.Weights.keyOf([4097, 3])).toBe(`${prefix}a1e7036061f484bc3048a64b64e35ec401100300`)
    expect(storage.Keys.keyOf([1, 0])).toBe(`${prefix}9f99a2ce711f3a31b2fc05604c93f17901000000`)
  })

  it('starts from the real chain’s genesis: root and subnet 1, owned by nobody', () => {
    const { ctx } = createPalletLab(presets.default)
    const nobody = `0x${'00'.repeat(32)}`
    expect(ctx.keys(storage.NetworksAdded)).toEqual([[0], [1]])
    expect(ctx.get(storage.Tempo, 0)).toBe(100)
    expect(ctx.get(storage.Tempo, 1)).toBe(100)
    expect(ctx.get(storage.MaxAllowedUids, 0)).toBe(64)
    expect(ctx.get(storage.SubnetOwner, 1)).toBe(nobody)
    expect(ctx.get(storage.Keys, 1, 0)).toBe(nobody)
    expect(ctx.get(storage.MinAllowedWeights, 1)).toBe(0)
    expect(ctx.get(storage.MaxAllowedValidators, 1)).toBe(64)
    expect(ctx.get(storage.CommitRevealWeightsEnabled, 1)).toBe(true)
  })
})
