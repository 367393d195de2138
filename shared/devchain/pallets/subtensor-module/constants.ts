import { constant } from '../../pallet.ts'
import { bool, i16, u16, u32, u64 } from '../../scale/primitives.ts'

/** Alpha or TAO below which no stake is added or, unless all of it goes, removed; in rao. */
export const minStakeRao = 2_000_000n

/** The owner may not set the least registration price to this or more; rao. */
export const minBurnUpperBoundRao = 1_000_000_000n

/** The owner may not set the greatest registration price to this or less; rao. */
export const maxBurnLowerBoundRao = 100_000_000n

/** The longest half-life of the registration price, in blocks. */
export const maxBurnHalfLife = 36_100

/** No subnet may allow more neurons. */
export const maxUids = 256

/** Bounds of what an owner may set the tempo to, in blocks. */
export const minTempo = 360
export const maxTempo = 50_400

/** Bounds of the activity cutoff, in thousandths of a tempo. */
export const minActivityCutoffFactor = 1_000
export const maxActivityCutoffFactor = 50_000

/** A subnet's owner hotkey changes at most once in so many blocks. */
export const ownerHotkeyInterval = 50_400n

/** What a new hotkey in the place of an old one costs, in rao: everywhere, or on one subnet, there once in so many blocks. */
export const keySwapCostRao = 100_000_000n
export const keySwapOnSubnetCostRao = 1_000_000n
export const keySwapOnSubnetInterval = 7_200n

/** No subnet may ever have more mechanisms: sixteen times 4096 netuids fill the storage index. */
export const maxMechanisms = 16

/** The longest timelocked commit, in bytes. */
export const maxCommitBytes = 5_000

/** Constants of the metadata that clients read. */
export const constants = {
  InitialMinStake: constant(u64, minStakeRao),
  MinBurnUpperBound: constant(u64, minBurnUpperBoundRao),
  MaxBurnLowerBound: constant(u64, maxBurnLowerBoundRao),
  MinTempo: constant(u16, minTempo),
  MaxTempo: constant(u16, maxTempo),
  MinActivityCutoffFactorMilli: constant(u32, minActivityCutoffFactor),
  MaxActivityCutoffFactorMilli: constant(u32, maxActivityCutoffFactor),
  InitialTempo: constant(u16, 360),
  InitialKappa: constant(u16, 32_767),
  InitialRho: constant(u16, 10),
  InitialAlphaSigmoidSteepness: constant(i16, 1000),
  InitialBondsMovingAverage: constant(u64, 900_000n),
  InitialBondsPenalty: constant(u16, 65_535),
  InitialImmunityPeriod: constant(u16, 4096),
  InitialMaxAllowedUids: constant(u16, maxUids),
  InitialMaxAllowedValidators: constant(u16, 128),
  InitialMinAllowedWeights: constant(u16, 1024),
  InitialServingRateLimit: constant(u64, 50n),
  InitialBurn: constant(u64, 100_000_000n),
  InitialMinBurn: constant(u64, 500_000n),
  InitialMaxBurn: constant(u64, 100_000_000_000n),
  InitialSubnetOwnerCut: constant(u16, 11_796),
  InitialNetworkMinLockCost: constant(u64, 1_000_000_000_000n),
  InitialNetworkRateLimit: constant(u64, 7200n),
  InitialTaoWeight: constant(u64, 971_718_665_099_567_868n),
  InitialStartCallDelay: constant(u64, 0n),
  InitialTxRateLimit: constant(u64, 1000n),
  KeySwapCost: constant(u64, keySwapCostRao),
  KeySwapOnSubnetCost: constant(u64, keySwapOnSubnetCostRao),
  HotkeySwapOnSubnetInterval: constant(u64, keySwapOnSubnetInterval),
  LiquidAlphaOn: constant(bool, false),
  Yuma3On: constant(bool, false),
}
