import fc from 'fast-check'
import type { EpochInput } from '../../../shared/consensus/epoch-input.ts'

const u16 = fc.integer({ min: 0, max: 65535 })
const share = fc.oneof({ weight: 3, arbitrary: u16 }, { weight: 1, arbitrary: fc.constantFrom(0, 65535) })

function rowOf(size: number, maxEntries = size): fc.Arbitrary<[number, number][]> {
  return fc
    .uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: maxEntries })
    .chain(uids => fc.tuple(...uids.sort((a, b) => a - b).map(uid => u16.map((value): [number, number] => [uid, value]))))
}

function perUid<T>(size: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { minLength: size, maxLength: size })
}

/** Inputs of 1 to 9 neurons with rows ordered by uid; blocks are close together, so that masks and cutoffs bite. */
export const epochInput: fc.Arbitrary<EpochInput> = fc.integer({ min: 1, max: 9 }).chain(size => {
  const block = fc.integer({ min: 0, max: 120 })
  return fc.record({
    block: fc.integer({ min: 100, max: 130 }),
    tempo: fc.integer({ min: 1, max: 30 }),
    lastStep: fc.oneof(fc.constant(0), fc.integer({ min: 60, max: 100 })),
    kappa: share,
    bondsMovingAverage: fc.integer({ min: 0, max: 1_000_000 }),
    bondsPenalty: share,
    yuma3: fc.boolean(),
    liquidAlpha: fc.boolean(),
    alphaLow: fc.integer({ min: 1638, max: 45_875 }),
    alphaHigh: fc.integer({ min: 45_875, max: 65_535 }),
    sigmoidSteepness: fc.integer({ min: -5000, max: 5000 }),
    activityCutoff: fc.integer({ min: 1, max: 100 }),
    maxValidators: fc.integer({ min: 0, max: size + 1 }),
    stakeThreshold: fc.constantFrom(0n, 0n, 1_000_000n),
    commitBlocks: fc.oneof(fc.constant(null), perUid(size, fc.oneof(fc.constant(null), block))),
    ownerUid: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: size - 1 })),
    stakeWeights: perUid(size, fc.oneof(fc.bigInt(0n, 21_000_000_000_000_000n), fc.constantFrom(0n, 1n, 5_000_000n))),
    lastUpdate: perUid(size, block),
    blockAtRegistration: perUid(size, fc.integer({ min: 0, max: 80 })),
    validatorPermits: perUid(size, fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) })),
    weights: perUid(size, rowOf(size)),
    bonds: perUid(size, rowOf(size)),
    raoEmission: fc.bigInt(0n, 1_000_000_000_000_000n),
  })
})
