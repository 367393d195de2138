import type { EpochInput } from '../../shared/consensus/epoch-input.ts'

/** An epoch's input with the chain's defaults: everyone registered at 0 and updated at 1, every permit held, Yuma 2, no owner. */
export function subnetInput(stake: readonly number[], changes: Partial<EpochInput> = {}): EpochInput {
  const each = <T>(value: T) => stake.map(() => value)
  return {
    block: 2,
    tempo: 1,
    lastStep: 0,
    kappa: 32_767,
    bondsMovingAverage: 900_000,
    bondsPenalty: 65_535,
    yuma3: false,
    liquidAlpha: false,
    alphaLow: 45_875,
    alphaHigh: 58_982,
    sigmoidSteepness: 1000,
    activityCutoff: 5000,
    maxValidators: stake.length,
    stakeThreshold: 0n,
    commitBlocks: null,
    ownerUid: null,
    stakeWeights: stake.map(BigInt),
    lastUpdate: each(1),
    blockAtRegistration: each(0),
    validatorPermits: each(true),
    weights: each([]),
    bonds: each([]),
    raoEmission: 1_000_000_000n,
    ...changes,
  }
}
