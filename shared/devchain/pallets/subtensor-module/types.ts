import { boundedBytes, bytes, tuple, vec } from '../../scale/collections.ts'
import { newtype, struct, wrapper } from '../../scale/composites.ts'
import { accountId } from '../../scale/hashes.ts'
import { i64, i128, u8, u16, u32, u64, u128 } from '../../scale/primitives.ts'
import { enumeration, structCase, tupleCase, unitCase, valueCase, variant } from '../../scale/variants.ts'

/** `U64F64`, as its raw bits: 64 whole bits, 64 of fraction. */
export const u64f64 = wrapper('substrate_fixed::FixedU128', 'bits', u128)

/** `U96F32`, as its raw bits: 32 of them fraction. */
export const u96f32 = wrapper('substrate_fixed::FixedU128', 'bits', u128)

/** `I96F32`, as its raw bits: 32 of them fraction. */
export const i96f32 = wrapper('substrate_fixed::FixedI128', 'bits', i128)

/** `I32F32`, as its raw bits: 32 of them fraction. */
export const i32f32 = wrapper('substrate_fixed::FixedI64', 'bits', i64)

/** A share of a hotkey's stake, mantissa x 10^exponent. */
export const safeFloat = struct('share_pool::SafeFloat', { mantissa: u128, exponent: i64 })

/** Where a neuron answers, as `serve_axon` stored it; `ip` is the address as one integer. */
export const axonInfo = struct('pallet_subtensor::pallet::AxonInfo', {
  block: u64,
  version: u32,
  ip: u128,
  port: u16,
  ip_type: u8,
  protocol: u8,
  placeholder1: u8,
  placeholder2: u8,
})

/** Where a neuron publishes its metrics. */
export const prometheusInfo = struct('pallet_subtensor::pallet::PrometheusInfo', {
  block: u64,
  version: u32,
  ip: u128,
  port: u16,
  ip_type: u8,
})

/** A neuron's TLS key. */
export const neuronCertificate = struct('pallet_subtensor::pallet::NeuronCertificate', { public_key: boundedBytes(64), algorithm: u8 })

/** What a coldkey says of itself. */
export const chainIdentity = struct('pallet_subtensor::pallet::ChainIdentityV2', {
  name: bytes,
  url: bytes,
  github_repo: bytes,
  image: bytes,
  discord: bytes,
  description: bytes,
  additional: bytes,
})

/** What an owner says of the subnet. */
export const subnetIdentity = struct('pallet_subtensor::pallet::SubnetIdentityV3', {
  subnet_name: bytes,
  github_repo: bytes,
  subnet_contact: bytes,
  subnet_url: bytes,
  discord: bytes,
  description: bytes,
  logo_url: bytes,
  additional: bytes,
})

/** A stored row of weights or bonds: uid and u16 value. */
export const sparseRow = vec(tuple(u16, u16))

/** `BTreeSet<NetUid>`. */
export const netuidSet = newtype('BTreeSet', vec(u16), [{ name: 'T', type: u16.type }])

/** Of each netuid, what a rao on root has earned there so far: rao of alpha with 32 fraction bits. */
export const claimableRates = newtype('BTreeMap', vec(tuple(u16, i96f32)), [
  { name: 'K', type: u16.type },
  { name: 'V', type: i96f32.type },
])

/** What becomes of the alpha that root TAO earns: sold for TAO, kept, or kept on some subnets alone. */
export const rootClaimType = variant('pallet_subtensor::pallet::RootClaimTypeEnum', {
  Swap: unitCase(0),
  Keep: unitCase(1),
  KeepSubnets: structCase(2, { subnets: netuidSet }),
})

/** What becomes of incentive that falls on the owner's own hotkeys. */
export const recycleOrBurn = enumeration('pallet_subtensor::pallet::RecycleOrBurnEnum', ['Burn', 'Recycle'])

/** The hyperparameters whose last change by an owner is remembered. */
export const hyperparameter = enumeration('pallet_subtensor::utils::rate_limiting::Hyperparameter', [
  'Unknown',
  'ServingRateLimit',
  'MaxDifficulty',
  'AdjustmentAlpha',
  'MaxWeightLimit',
  'ImmunityPeriod',
  'MinAllowedWeights',
  'Kappa',
  'Rho',
  'ActivityCutoff',
  'PowRegistrationAllowed',
  'MinBurn',
  'MaxBurn',
  'BondsMovingAverage',
  'BondsPenalty',
  'CommitRevealEnabled',
  'LiquidAlphaEnabled',
  'AlphaValues',
  'WeightCommitInterval',
  'TransferEnabled',
  'AlphaSigmoidSteepness',
  'Yuma3Enabled',
  'BondsResetEnabled',
  'ImmuneNeuronLimit',
  'RecycleOrBurn',
  'MaxAllowedUids',
  'BurnHalfLife',
  'BurnIncreaseMult',
  'SubnetEmissionEnabled',
  'MinChildkeyTake',
  'ActivityCutoffFactorMilli',
  'TriggerEpoch',
])

/** What a remembered block of a rate limit is for. */
export const rateLimitKey = variant(
  'pallet_subtensor::RateLimitKey',
  {
    SetSNOwnerHotkey: valueCase(0, u16),
    OwnerHyperparamUpdate: tupleCase(1, u16, hyperparameter),
    NetworkLastRegistered: unitCase(2),
    LastTxBlock: valueCase(3, accountId),
    LastTxBlockChildKeyTake: valueCase(4, accountId),
    LastTxBlockDelegateTake: valueCase(5, accountId),
    AddStakeBurn: valueCase(6, u16),
  },
  [{ name: 'AccountId', type: accountId.type }],
)
