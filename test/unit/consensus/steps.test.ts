import { describe, expect, it } from 'vitest'
import { buildPermits } from '../../../shared/consensus/build-permits.ts'
import { clipWeights } from '../../../shared/consensus/clip-weights.ts'
import { one } from '../../../shared/consensus/fixed.ts'
import { liquidBonds, moveBond } from '../../../shared/consensus/liquid-bonds.ts'
import { maxUpscale, maxUpscaleBits } from '../../../shared/consensus/max-upscale.ts'
import { runEpoch } from '../../../shared/consensus/run-epoch.ts'
import { subnetInput } from '../../support/subnet-input.ts'

const upscale = (values: number[]) => maxUpscaleBits(values.map(value => BigInt(Math.floor(value * one))))

describe('max-upscale', () => {
  it('gives the figures of the runtime (test_vec_max_upscale_to_u16)', () => {
    expect(upscale([])).toEqual([])
    expect(upscale([0, 0])).toEqual([0, 0])
    expect(upscale([0, 1e-9])).toEqual([0, 65_535])
    expect(upscale([0, 0.000016, 1])).toEqual([0, 1, 65_535])
    expect(upscale([1e-6, 6e-6, 7e-6, 1e-4, 1e-3, 0.01, 0.1, 0.2, 0.3, 0.4])).toEqual([
      0, 1, 1, 16, 164, 1638, 16_384, 32_768, 49_151, 65_535,
    ])
    expect(upscale([0, 1, 65_535])).toEqual([0, 1, 65_535])
    expect(upscale([0, 0.5, 1, 1.5, 2, 32_768])).toEqual([0, 1, 2, 3, 4, 65_535])
    expect(upscale([0, 0.5, 1, 1.5, 2, 32_768, 32_769])).toEqual([0, 1, 2, 3, 4, 65_533, 65_535])
    expect(maxUpscaleBits([0n, one, 32_768 * one, 32_769 * one].map(BigInt).concat(2n ** 63n - 1n))).toEqual([0, 0, 1, 1, 65_535])
  })

  it('brings u16 weights to the top', () => {
    expect(maxUpscale([43_690, 21_845])).toEqual([65_535, 32_768])
    expect(maxUpscale([1, 3])).toEqual([21_845, 65_535])
    expect(maxUpscale([0, 0])).toEqual([0, 0])
  })
})

describe('permits', () => {
  it('go to the largest stakes, of equal ones to the higher uid, and never to none (test_math_is_topk)', () => {
    const last = [false, false, false, false, false, true, true, true, true, true]
    expect(buildPermits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5, null)).toEqual(last)
    expect(buildPermits([0, 1, 2, 3, 4, 5, 5, 5, 5, 6], 5, null)).toEqual(last)
    expect(buildPermits([0, 1, 0], 5, null)).toEqual([false, true, false])
  })

  it('are forced for the owner', () => {
    expect(buildPermits([0, 1, 2], 1, 0)).toEqual([true, false, true])
  })
})

describe('clipping', () => {
  const row = (values: number[]) => ({ uids: [0, 1, 2], values })

  it('cuts to the threshold of the column and drops what a threshold of 0 cuts (test_math_col_clip_sparse)', () => {
    const clipped = clipWeights([row([0, 2, 3]), row([4, 5, 6]), row([7, 8, 9]), row([10, 11, 12])], [0, 5, 12])
    const dense = clipped.map(({ uids, values }) => [0, 1, 2].map(uid => (uids.includes(uid) ? values[uids.indexOf(uid)] : 0)))
    expect(dense).toEqual([[0, 2, 3], [0, 5, 6], [0, 5, 9], [0, 5, 12]]) // biome-ignore format: the matrix
  })

  it('keeps an explicit weight of 0', () => {
    expect(clipWeights([{ uids: [0, 1], values: [0, 7] }], [0, 0])).toEqual([{ uids: [0], values: [0] }])
  })
})

describe('liquid bonds', () => {
  const settings = { alphaLow: 45_875, alphaHigh: 58_982, sigmoidSteepness: 1000 }

  it('move by the alpha of their pair (test_math_mat_ema_alpha_sparse, to 1e-6)', () => {
    const cells = [[0.5, 0.1, 0.9, 0.14], [0.6, 0.2, 0.8, 0.28], [0.7, 0.3, 0.5, 0.499999], [0.8, 0.4, 0.7, 0.519999]] // biome-ignore format: bond, weight, alpha, result
    for (const [bond, weight, alpha, expected] of cells) {
      expect(moveBond(Math.floor(bond! * one), Math.floor(weight! * one), Math.floor(alpha! * one)) / one).toBeCloseTo(expected!, 5)
    }
  })

  it('are lost where the weight is absent, and decay where it is an explicit 0', () => {
    const bonds = [{ uids: [0, 1], values: [one, one] }]
    const moved = liquidBonds([{ uids: [0], values: [0] }], bonds, [one / 2, one / 2], settings)
    expect(moved[0]?.uids).toEqual([0])
    expect(moved[0]?.values[0]).toBeLessThan(one / 2)
  })

  it('read an entry that stands after a larger uid as 0 when they look for its alpha, as the chain does', () => {
    const bonds = [{ uids: [0, 1], values: [one / 2, 0] }]
    const consensus = [one / 2, one / 2]
    const ordered = liquidBonds([{ uids: [0, 1], values: [one / 2, one / 2] }], bonds, consensus, settings)
    const swapped = liquidBonds([{ uids: [1, 0], values: [one / 2, one / 2] }], bonds, consensus, settings)
    expect(swapped[0]?.uids).toEqual([1, 0])
    expect(swapped[0]?.values[0]).toBe(ordered[0]?.values[1])
    // The bond stays 1/2 whatever the alpha, but for the last bits: move it by two alphas and the truncation differs.
    expect(swapped[0]?.values[1]).not.toBe(ordered[0]?.values[0])
  })
})

describe('the owner', () => {
  const owned = subnetInput([0, 5, 5], {
    ownerUid: 0,
    validatorPermits: [false, true, true],
    stakeThreshold: 10n,
    stakeWeights: [5n, 50n, 50n],
  })

  it('passes the stake threshold and has a permit without asking', () => {
    const output = runEpoch(owned)
    expect(output.validatorPermits[0]).toBe(true)
    expect(output.stakeWeight[0]).toBeGreaterThan(0)
  })

  it('does not in runtimes before spec 402', () => {
    const output = runEpoch({ ...owned, ownerForced: false })
    expect(output.validatorPermits[0]).toBe(false)
    expect(output.stakeWeight[0]).toBe(0)
  })

  it('alone keeps its weight on itself', () => {
    const self = (ownerUid: number | null) => runEpoch(subnetInput([5, 1], { ownerUid, weights: [[[0, 65_535]], []] })).incentive[0]
    expect(self(0)).toBe(65_535)
    expect(self(null)).toBe(0)
    expect(self(1)).toBe(0)
  })
})
