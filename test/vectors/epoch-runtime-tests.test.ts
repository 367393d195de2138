import { describe, expect, it } from 'vitest'
import type { EpochInput, SparseRow } from '../../shared/consensus/epoch-input.ts'
import { runEpoch } from '../../shared/consensus/run-epoch.ts'
import { subnetInput } from '../support/subnet-input.ts'

// Figures of the runtime's own tests (opentensor/subtensor, pallets/subtensor/src/tests/epoch.rs at spec 425); each title ends in the test's name.

/** Runs epochs one after another, the stored bonds carried along. */
function epochs(first: EpochInput, changes: readonly Partial<EpochInput>[]) {
  let bonds = first.bonds
  return changes.map(change => {
    const output = runEpoch({ ...first, ...change, bonds })
    bonds = output.bonds
    return output
  })
}

const bondsTo = (bonds: readonly SparseRow[], target: number) => bonds.map(row => row.find(([uid]) => uid === target)?.[1] ?? 0)
const selfWeight = (uid: number): SparseRow => [[uid, 65_535]]

describe('bonds of four validators under Yuma 2', () => {
  const full: SparseRow = [
    [4, 16_383],
    [5, 32_767],
    [6, 49_149],
    [7, 65_535],
  ]
  const rows = (...validators: SparseRow[]) => ({ weights: [...validators, [], [], [], []] })
  const last = rows(selfWeight(0), selfWeight(1), [[7, 65_535]], full)
  const outputs = epochs(subnetInput([1, 2, 3, 4, 0, 0, 0, 0]), [
    rows(full, full, full, full),
    rows(selfWeight(0), full, full, full),
    rows(selfWeight(0), selfWeight(1), full, full),
    rows(selfWeight(0), selfWeight(1), selfWeight(2), full),
    last,
    last,
    last,
  ])

  it('start at the shares of stake (test_bonds)', () => {
    const [first] = outputs
    expect(first?.combinedEmission.map(Number)).toEqual([
      49_999_998, 99_999_999, 150_000_000, 200_000_001, 49_998_779, 100_000_610, 149_996_337, 200_004_272,
    ])
    for (const target of [4, 5, 6, 7]) expect(bondsTo(first!.bonds, target).slice(0, 4)).toEqual([16_383, 32_767, 49_151, 65_535])
    const shares = [0.0999975582, 0.2000012207, 0.2999926752, 0.4000085455]
    first?.incentive.slice(4).forEach((value, k) => {
      expect(value).toBe(Math.floor(shares[k]! * 65_535))
    })
  })

  it('decay as validators turn to self-weights one by one (test_bonds)', () => {
    const servers = [49_998_779, 100_000_610, 149_996_337, 200_004_272]
    expect(bondsTo(outputs[1]!.bonds, 4).slice(0, 4)).toEqual([14_582, 32_767, 49_151, 65_535])
    expect(outputs[1]!.combinedEmission.map(Number)).toEqual([44_998_351, 101_110_561, 151_667_215, 202_223_870, ...servers])
    expect(bondsTo(outputs[2]!.bonds, 4).slice(0, 4)).toEqual([12_603, 28_321, 49_151, 65_535])
    expect(outputs[2]!.combinedEmission.map(Number)).toEqual([40_496_805, 90_999_783, 157_929_636, 210_573_773, ...servers])
    expect(outputs[3]!.consensus).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(outputs[3]!.combinedEmission.map(Number)).toEqual([99_999_999, 199_999_999, 299_999_999, 399_999_999, 0, 0, 0, 0])
    expect(bondsTo(outputs[3]!.bonds, 7).slice(0, 4)).toEqual([12_602, 28_320, 49_150, 65_535])
  })

  it('go on decaying once two vote again (test_bonds)', () => {
    const expected = [
      { bonds: [10_951, 24_609, 49_150, 65_535], emission: [36_443_733, 81_898_628, 163_565_493, 218_092_144] },
      { bonds: [9559, 21_482, 49_150, 65_535], emission: [32_799_427, 73_706_612, 168_638_129, 224_855_830] },
      { bonds: [8376, 18_824, 49_150, 65_535], emission: [29_518_068, 66_336_137, 173_203_134, 230_942_659] },
    ]
    expected.forEach(({ bonds, emission }, k) => {
      expect(bondsTo(outputs[4 + k]!.bonds, 7).slice(0, 4)).toEqual(bonds)
      expect(outputs[4 + k]!.combinedEmission.map(Number)).toEqual([...emission, 0, 0, 0, 500_000_000])
    })
    expect(outputs[4]!.consensus[7]).toBe(Math.floor(0.400008545 * 65_535))
  })
})

describe('activity', () => {
  const votes: SparseRow = [
    [2, 32_767],
    [3, 32_767],
  ]

  it('passes dividends to the validator that stays active (test_active_stake)', () => {
    const outputs = epochs(subnetInput([1, 1, 1, 1], { weights: [votes, votes, [], []] }), [
      {},
      { block: 5002, lastUpdate: [5002, 1, 0, 0] },
      { block: 5003, lastUpdate: [5002, 5002, 0, 0] },
    ])
    expect(outputs.map(({ dividends }) => dividends.slice(0, 2))).toEqual([
      [32_767, 32_767],
      [36_044, 29_490],
      [35_716, 29_818],
    ])
    expect(outputs.map(({ combinedEmission }) => combinedEmission.map(Number))).toEqual([
      [250_000_000, 250_000_000, 250_000_000, 250_000_000],
      [274_999_999, 224_999_999, 250_000_000, 250_000_000],
      [272_501_132, 227_498_866, 250_000_000, 250_000_000],
    ])
    expect(outputs.map(({ bonds }) => bondsTo(bonds, 2).slice(0, 2))).toEqual([
      [65_535, 65_535],
      [65_535, 53_619],
      [65_535, 54_712],
    ])
  })
})

describe('weights towards a replaced neuron', () => {
  const votes: SparseRow = [
    [2, 65_535],
    [3, 32_768],
  ]

  it('do not count until they are set again (test_outdated_weights)', () => {
    const weights = [votes, votes, selfWeight(2), selfWeight(3)]
    const [before, after] = epochs(
      subnetInput([1, 1, 1, 1], { block: 2, tempo: 0, weights, lastUpdate: [2, 2, 2, 2], blockAtRegistration: [1, 1, 1, 1] }),
      [
        {},
        {
          block: 3,
          lastUpdate: [3, 2, 2, 2],
          blockAtRegistration: [1, 1, 1, 2],
          stakeWeights: [1n, 1n, 1n, 0n],
          validatorPermits: [true, true, true, false],
        },
      ],
    )
    expect(before?.combinedEmission.map(Number)).toEqual([250_000_000, 250_000_000, 333_331_637, 166_668_361])
    expect(after?.combinedEmission.map(Number)).toEqual([250_000_000, 250_000_000, 500_000_000, 0])
    expect(after?.dividends[0]).toBe(32_767)
    expect(after?.bonds[0]).toEqual([
      [2, 65_535],
      [3, 65_535],
    ])
  })
})

describe('Yuma 3 with liquid alpha', () => {
  const first: SparseRow = [
    [3, 65_535],
    [4, 0],
  ]
  const second: SparseRow = [
    [3, 0],
    [4, 65_535],
  ]
  const outputs = epochs(
    subnetInput([8, 1, 1, 0, 0], {
      maxValidators: 3,
      kappa: 32_767,
      bondsPenalty: 0,
      bondsMovingAverage: 975_000,
      yuma3: true,
      liquidAlpha: true,
      alphaLow: 6553,
      alphaHigh: 19_660,
    }),
    [
      [first, first, first],
      [second, first, first],
      [second, second, first],
      [second, second, second],
      [second, second, second],
      [second, second, second],
    ].map(rows => ({ weights: [...rows, [], []] })),
  )

  it('pays the validator that moves first (test_yuma_3_kappa_moves_first, to 1e-3)', () => {
    const bonds = [
      [
        [0.1013, 0],
        [0.1013, 0],
        [0.1013, 0],
      ],
      [
        [0.0908, 0.1013],
        [0.3697, 0],
        [0.3697, 0],
      ],
      [
        [0.0815, 0.1924],
        [0.317, 0.1013],
        [0.558, 0],
      ],
      [
        [0.0731, 0.2742],
        [0.2765, 0.1924],
        [0.4306, 0.1013],
      ],
      [
        [0.0656, 0.3478],
        [0.2435, 0.2742],
        [0.3589, 0.1924],
      ],
      [
        [0.0588, 0.4139],
        [0.2157, 0.3478],
        [0.3089, 0.2742],
      ],
    ]
    const dividends = [
      [0.8, 0.1, 0.1],
      [1, 0, 0],
      [0.9382, 0.0618, 0],
      [0.8819, 0.0773, 0.0407],
      [0.8564, 0.0844, 0.0592],
      [0.8418, 0.0884, 0.0697],
    ]
    outputs.forEach((output, epoch) => {
      for (const uid of [0, 1, 2]) {
        expect(Math.abs(bondsTo(output.bonds, 3)[uid]! / 65_535 - bonds[epoch]![uid]![0]!)).toBeLessThan(1e-3)
        expect(Math.abs(bondsTo(output.bonds, 4)[uid]! / 65_535 - bonds[epoch]![uid]![1]!)).toBeLessThan(1e-3)
        expect(Math.abs(output.dividends[uid]! / 65_535 - dividends[epoch]![uid]!)).toBeLessThan(1e-3)
      }
    })
  })

  it('gives these integers in the second epoch (the same scenario)', () => {
    expect(bondsTo(outputs[1]!.bonds, 3).slice(0, 3)).toEqual([5951, 24_229, 24_229])
    expect(bondsTo(outputs[1]!.bonds, 4).slice(0, 3)).toEqual([6640, 0, 0])
    expect(outputs[1]!.dividends).toEqual([65_535, 0, 0, 0, 0])
  })
})

describe('self-weights alone', () => {
  it.each([1, 10])('earn %i neurons nothing but emission by stake (test_1_graph, test_10_graph)', size => {
    const output = runEpoch(subnetInput(Array(size).fill(1), { weights: [...Array(size).keys()].map(selfWeight) }))
    const zeros = Array(size).fill(0)
    expect(output).toMatchObject({ consensus: zeros, incentive: zeros, dividends: zeros })
    expect(output.combinedEmission).toEqual(Array(size).fill(((2n ** 32n / BigInt(size)) * 1_000_000_000n) >> 32n))
  })
})

describe('the mask of commit-reveal', () => {
  const input = subnetInput([10_000, 100, 5000], {
    block: 30,
    maxValidators: 3,
    lastUpdate: [29, 1, 1],
    blockAtRegistration: [0, 25, 0],
    weights: [[[1, 65_535]], [], []],
  })

  it('keeps weights that were committed before a uid changed hands from the newcomer (masks_incoming_to_sniped_uid)', () => {
    expect(runEpoch({ ...input, commitBlocks: [22, null, null] }).incentive[1]).toBe(0)
  })

  it('is not there while commit-reveal is off (no_mask_when_commit_reveal_disabled)', () => {
    expect(runEpoch(input).incentive[1]).toBe(65_535)
  })

  it('leaves neurons alone that registered before the commit (does_not_mask_outside_window_but_masks_inside)', () => {
    const votes: SparseRow = [
      [1, 65_535],
      [2, 65_535],
      [3, 65_535],
    ]
    const output = runEpoch(
      subnetInput([10_000, 1000, 1000, 1000], {
        block: 41,
        maxValidators: 1,
        lastUpdate: [40, 1, 1, 1],
        blockAtRegistration: [0, 8, 38, 39],
        validatorPermits: [true, false, false, false],
        weights: [votes, [], [], []],
        commitBlocks: [37, null, null, null],
      }),
    )
    expect(output.incentive).toEqual([0, 65_535, 0, 0])
  })
})
