import { activityCutoffOf } from '../../consensus/activity-cutoff.ts'
import type { Context } from '../context.ts'
import { storage } from '../pallets/subtensor-module/storage.ts'
import { i32f32, u64f64 } from '../pallets/subtensor-module/types.ts'
import type { ValueOf } from '../scale/codec.ts'
import { bytes, vec } from '../scale/collections.ts'
import { compact } from '../scale/compact.ts'
import { struct } from '../scale/composites.ts'
import { bool, u16, u32, u64, u128 } from '../scale/primitives.ts'
import { valueCase, variant } from '../scale/variants.ts'

const hyperparameterValue = variant('pallet_subtensor::rpc_info::subnet_info::HyperparamValue', {
  Bool: valueCase(0, bool),
  U16: valueCase(1, compact(u16)),
  U32: valueCase(2, compact(u32)),
  U64: valueCase(3, compact(u64)),
  U128: valueCase(4, compact(u128)),
  TaoBalance: valueCase(5, compact(u64)),
  I32F32: valueCase(6, i32f32),
  U64F64: valueCase(7, u64f64),
})

type Value = ValueOf<typeof hyperparameterValue>

/** Named hyperparameters with typed values; clients look them up by name. */
export const hyperparameters = vec(
  struct('pallet_subtensor::rpc_info::subnet_info::HyperparamEntry', { name: bytes, value: hyperparameterValue }),
)

/** A subnet's hyperparameters in the chain's order, undefined where there is no such subnet. */
export function readHyperparameters(ctx: Context, netuid: number): ValueOf<typeof hyperparameters> | undefined {
  if (!ctx.get(storage.NetworksAdded, netuid)) return undefined
  return Object.entries(listValues(ctx, netuid)).map(([name, value]) => ({ name: Uint8Array.from(Buffer.from(name, 'utf8')), value }))
}

function listValues(ctx: Context, netuid: number): Readonly<Record<string, Value>> {
  const flag = (value: boolean): Value => ({ type: 'Bool', value })
  const small = (value: number): Value => ({ type: 'U16', value })
  const amount = (value: bigint): Value => ({ type: 'U64', value })
  const rao = (value: bigint): Value => ({ type: 'TaoBalance', value })
  const tempo = ctx.get(storage.Tempo, netuid)
  const cutoffFactor = ctx.get(storage.ActivityCutoffFactorMilli, netuid)
  const [alphaLow, alphaHigh] = ctx.get(storage.AlphaValues, netuid)
  const leastTakes = [ctx.get(storage.MinChildkeyTake), ctx.get(storage.MinChildkeyTakePerSubnet, netuid)]
  return {
    kappa: small(ctx.get(storage.Kappa, netuid)),
    immunity_period: small(ctx.get(storage.ImmunityPeriod, netuid)),
    min_allowed_weights: small(ctx.get(storage.MinAllowedWeights, netuid)),
    max_weights_limit: small(65_535),
    tempo: small(tempo),
    weights_version: amount(ctx.get(storage.WeightsVersionKey, netuid)),
    weights_rate_limit: amount(ctx.get(storage.WeightsSetRateLimit, netuid)),
    activity_cutoff: amount(BigInt(activityCutoffOf(cutoffFactor, tempo))),
    activity_cutoff_factor: { type: 'U32', value: cutoffFactor },
    registration_allowed: flag(ctx.get(storage.NetworkRegistrationAllowed, netuid)),
    target_regs_per_interval: small(ctx.get(storage.TargetRegistrationsPerInterval, netuid)),
    min_burn: rao(ctx.get(storage.MinBurn, netuid)),
    max_burn: rao(ctx.get(storage.MaxBurn, netuid)),
    burn_half_life: small(ctx.get(storage.BurnHalfLife, netuid)),
    burn_increase_mult: { type: 'U64F64', value: ctx.get(storage.BurnIncreaseMult, netuid) },
    bonds_moving_avg: amount(ctx.get(storage.BondsMovingAverage, netuid)),
    max_regs_per_block: small(ctx.get(storage.MaxRegistrationsPerBlock, netuid)),
    serving_rate_limit: amount(ctx.get(storage.ServingRateLimit, netuid)),
    max_validators: small(ctx.get(storage.MaxAllowedValidators, netuid)),
    commit_reveal_period: amount(ctx.get(storage.RevealPeriodEpochs, netuid)),
    commit_reveal_weights_enabled: flag(ctx.get(storage.CommitRevealWeightsEnabled, netuid)),
    alpha_high: small(alphaHigh),
    alpha_low: small(alphaLow),
    liquid_alpha_enabled: flag(ctx.get(storage.LiquidAlphaOn, netuid)),
    alpha_sigmoid_steepness: { type: 'I32F32', value: BigInt(ctx.get(storage.AlphaSigmoidSteepness, netuid)) << 32n },
    yuma_version: small(ctx.get(storage.Yuma3On, netuid) ? 3 : 2),
    subnet_is_active: flag(ctx.get(storage.SubtokenEnabled, netuid)),
    transfers_enabled: flag(ctx.get(storage.TransferToggle, netuid)),
    bonds_reset_enabled: flag(ctx.get(storage.BondsResetOn, netuid)),
    user_liquidity_enabled: flag(false),
    owner_cut_enabled: flag(ctx.get(storage.OwnerCutEnabled, netuid)),
    owner_cut_auto_lock_enabled: flag(ctx.get(storage.OwnerCutAutoLockEnabled, netuid)),
    min_childkey_take: small(Math.max(...leastTakes)),
  }
}
