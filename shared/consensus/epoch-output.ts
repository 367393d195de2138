import type { SparseRow } from './epoch-input.ts'

/** All that one epoch stores; every array is indexed by uid. Numbers are u16 shares of 65535, emissions are rao (u64). */
export interface EpochOutput {
  readonly active: readonly boolean[]
  readonly stakeWeight: readonly number[]
  readonly consensus: readonly number[]
  readonly incentive: readonly number[]
  readonly dividends: readonly number[]
  readonly validatorTrust: readonly number[]
  /** Permits for the next epoch. */
  readonly validatorPermits: readonly boolean[]
  /** Rows to store for every uid; empty without a new permit. */
  readonly bonds: readonly SparseRow[]
  readonly serverEmission: readonly bigint[]
  readonly validatorEmission: readonly bigint[]
  /** What the chain stores as `Emission`. */
  readonly combinedEmission: readonly bigint[]
}
