/** How a hyperparameter is written: a flag, a whole number, two of them (low,high), or a decimal that the chain keeps as U64F64. */
export type HyperparameterKind = 'boolean' | 'integer' | 'pair' | 'fixed'

/** One hyperparameter that a subnet's owner may set. */
export interface OwnerHyperparameter {
  /** The call, in the library's spelling; of AdminUtils unless a pallet is named. */
  readonly call: string
  readonly pallet?: string
  /** SubtensorModule's storage item, in the library's spelling. */
  readonly storage: string
  readonly kind: HyperparameterKind
  readonly min?: bigint
  readonly max?: bigint
  /** The chain's name for it where it counts the blocks since its last change; null where the limit is of another kind. */
  readonly limitedAs: string | null
  readonly meaning: string
}

const u16 = { min: 0n, max: 65_535n } as const
const u64 = { min: 0n, max: (1n << 64n) - 1n } as const
const flag = (call: string, storage: string, limitedAs: string, meaning: string): OwnerHyperparameter => ({
  ...{ call, storage, limitedAs, meaning },
  kind: 'boolean',
})
const integer = (
  call: string,
  storage: string,
  limitedAs: string,
  bounds: { readonly min: bigint; readonly max: bigint },
  meaning: string,
): OwnerHyperparameter => ({ ...{ call, storage, limitedAs, meaning }, kind: 'integer', ...bounds })

/** What an owner may set, by the chain's own names; each at most once per owner_hyperparam_rate_limit tempos, and never in the freeze window. */
export const ownerHyperparameters: Readonly<Record<string, OwnerHyperparameter>> = {
  immunity_period: integer(
    'sudoSetImmunityPeriod',
    'immunityPeriod',
    'ImmunityPeriod',
    u16,
    'blocks in which a new neuron is not pruned; more than the commit-reveal period, or newcomers go unseen',
  ),
  min_allowed_weights: integer(
    'sudoSetMinAllowedWeights',
    'minAllowedWeights',
    'MinAllowedWeights',
    u16,
    'fewest miners that a weight vector must name',
  ),
  max_allowed_uids: integer(
    'sudoSetMaxAllowedUids',
    'maxAllowedUids',
    'MaxAllowedUids',
    { min: 64n, max: 256n },
    'neurons in the subnet; never fewer than there are',
  ),
  weights_version: integer(
    'sudoSetWeightsVersionKey',
    'weightsVersionKey',
    'WeightsVersionKey',
    u64,
    'least version of the validators’ code; older ones can set no weights',
  ),
  serving_rate_limit: integer(
    'sudoSetServingRateLimit',
    'servingRateLimit',
    'ServingRateLimit',
    u64,
    'blocks between two announcements of an address',
  ),
  rho: integer('sudoSetRho', 'rho', 'Rho', u16, 'steepness of a curve that the present epoch no longer uses'),
  activity_cutoff: integer(
    'sudoSetActivityCutoff',
    'activityCutoff',
    'ActivityCutoff',
    { min: 360n, max: 65_535n },
    'blocks after which a validator that set no weights is passed over',
  ),
  min_burn: integer('sudoSetMinBurn', 'minBurn', 'MinBurn', { min: 0n, max: 999_999_999n }, 'least price of a registration, in rao'),
  max_burn: integer('sudoSetMaxBurn', 'maxBurn', 'MaxBurn', { min: 100_000_001n, max: u64.max }, 'highest price of a registration, in rao'),
  burn_half_life: integer(
    'sudoSetBurnHalfLife',
    'burnHalfLife',
    'BurnHalfLife',
    { min: 1n, max: 36_100n },
    'blocks in which the price of a registration halves',
  ),
  burn_increase_mult: {
    call: 'sudoSetBurnIncreaseMult',
    storage: 'burnIncreaseMult',
    kind: 'fixed',
    min: 1n,
    max: 3n,
    limitedAs: 'BurnIncreaseMult',
    meaning: 'factor of the price after each registration',
  },
  bonds_moving_avg: integer(
    'sudoSetBondsMovingAverage',
    'bondsMovingAverage',
    'BondsMovingAverage',
    { min: 0n, max: 975_000n },
    'share of old bonds that an epoch keeps, in millionths; higher rewards validators who found miners early',
  ),
  bonds_penalty: integer(
    'sudoSetBondsPenalty',
    'bondsPenalty',
    'BondsPenalty',
    u16,
    'how much weights above the consensus cost in bonds, of 65535',
  ),
  bonds_reset_enabled: flag(
    'sudoSetBondsResetEnabled',
    'bondsResetOn',
    'BondsResetEnabled',
    'miners may ask for their bonds to be cleared',
  ),
  commit_reveal_weights_enabled: flag(
    'sudoSetCommitRevealWeightsEnabled',
    'commitRevealWeightsEnabled',
    'CommitRevealEnabled',
    'weights are hidden until the reveal; off, anyone can copy them',
  ),
  commit_reveal_period: integer(
    'sudoSetCommitRevealWeightsInterval',
    'revealPeriodEpochs',
    'CommitRevealPeriod',
    { min: 1n, max: 100n },
    'epochs that weights stay hidden; keep it well below the immunity period',
  ),
  liquid_alpha_enabled: flag(
    'sudoSetLiquidAlphaEnabled',
    'liquidAlphaOn',
    'LiquidAlphaEnabled',
    'bonds follow consensus faster where weights agree',
  ),
  alpha_values: {
    call: 'sudoSetAlphaValues',
    storage: 'alphaValues',
    kind: 'pair',
    min: 1_638n,
    max: 65_535n,
    limitedAs: 'AlphaValues',
    meaning: 'slowest and fastest rate of liquid alpha, of 65535 (low,high)',
  },
  alpha_sigmoid_steepness: integer(
    'sudoSetAlphaSigmoidSteepness',
    'alphaSigmoidSteepness',
    'AlphaSigmoidSteepness',
    { min: 0n, max: 32_767n },
    'how sharply liquid alpha tells agreement from disagreement',
  ),
  yuma3_enabled: flag('sudoSetYuma3Enabled', 'yuma3On', 'Yuma3Enabled', 'epochs by Yuma 3, else by Yuma 2'),
  tempo: {
    ...{ pallet: 'subtensorModule', call: 'setTempo', storage: 'tempo', kind: 'integer', min: 360n, max: 50_400n, limitedAs: null },
    meaning: 'blocks of an epoch; a change starts the epoch anew, and is possible once in 360 blocks',
  },
  activity_cutoff_factor: {
    ...{ pallet: 'subtensorModule', call: 'setActivityCutoffFactor', storage: 'activityCutoffFactorMilli', kind: 'integer' },
    ...{ min: 1_000n, max: 50_000n, limitedAs: null },
    meaning: 'thousandths of a tempo after which a validator that set no weights is passed over',
  },
  transfers_enabled: flag('sudoSetToggleTransfer', 'transferToggle', 'TransferEnabled', 'stake may be transferred between coldkeys'),
}

/** What only the chain's root may change; said so, instead of failing on chain. */
export const rootHyperparameters: readonly string[] = [
  ...['kappa', 'weights_rate_limit', 'max_validators', 'min_difficulty', 'max_regs_per_block', 'target_regs_per_interval'],
  ...['registration_allowed', 'subnet_is_active', 'max_weights_limit'],
]

/** The limits of a value as people read them. */
export function describeLimits({ kind, min, max }: OwnerHyperparameter): string {
  if (kind === 'boolean') return 'true or false'
  const range = `${min} to ${max}`
  return kind === 'pair' ? `low,high, each ${range}, low not above high` : kind === 'fixed' ? `a decimal, ${range}` : range
}
