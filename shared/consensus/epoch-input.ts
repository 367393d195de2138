/** One neuron's stored row, in its stored order: pairs of uid and u16 value, no uid twice. */
export type SparseRow = readonly (readonly [uid: number, value: number])[]

/** All that one epoch of one subnet reads; every array is indexed by uid and has one entry per neuron. */
export interface EpochInput {
  readonly block: number
  /** Blocks; used only while `lastStep` is 0. */
  readonly tempo: number
  /** Block of the last successful epoch (`LastMechansimStepBlock`), 0 when there was none. */
  readonly lastStep: number
  /** u16, share of 65535. */
  readonly kappa: number
  /** Millionths. */
  readonly bondsMovingAverage: number
  /** u16, share of 65535. */
  readonly bondsPenalty: number
  readonly yuma3: boolean
  /** Acts only together with `yuma3`. */
  readonly liquidAlpha: boolean
  /** u16, share of 65535. */
  readonly alphaLow: number
  /** u16, share of 65535. */
  readonly alphaHigh: number
  /** i16, hundredths. */
  readonly sigmoidSteepness: number
  /** Blocks; `activityCutoffOf` computes it from the factor and the tempo. */
  readonly activityCutoff: number
  readonly maxValidators: number
  /** Rao of stake weight. */
  readonly stakeThreshold: bigint
  /** Per uid the block of its oldest unexpired commit, null where it has none; null altogether while commit-reveal is off. */
  readonly commitBlocks: readonly (number | null)[] | null
  /** uid of the owner's hotkey, null where it is not registered. */
  readonly ownerUid: number | null
  /** Default true. False gives the rules of runtimes before spec 402, where the owner needed stake for a permit like everyone. */
  readonly ownerForced?: boolean
  /** Rao, u64, before the threshold and before normalisation. */
  readonly stakeWeights: readonly bigint[]
  readonly lastUpdate: readonly number[]
  readonly blockAtRegistration: readonly number[]
  readonly validatorPermits: readonly boolean[]
  readonly weights: readonly SparseRow[]
  readonly bonds: readonly SparseRow[]
  /** Rao of alpha to distribute: pending server, validator and root alpha together. */
  readonly raoEmission: bigint
}
