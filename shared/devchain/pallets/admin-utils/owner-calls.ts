import { DispatchError, ensure } from '../../dispatch-error.ts'
import { call } from '../../pallet.ts'
import { bool, i16, u16, u64 } from '../../scale/primitives.ts'
import { maxBurnHalfLife, maxBurnLowerBoundRao, maxUids, minBurnUpperBoundRao } from '../subtensor-module/constants.ts'
import { errors } from '../subtensor-module/errors.ts'
import { events } from '../subtensor-module/events.ts'
import { storage } from '../subtensor-module/storage.ts'
import { recycleOrBurn, u64f64 } from '../subtensor-module/types.ts'
import { changeHyperparameter } from './change-hyperparameter.ts'
import { ensureSubnetExists } from './ensure-subnet-exists.ts'
import { adminErrors, adminEvents } from './tables.ts'

/** The owner may not make bonds slower than this; millionths. */
const maxOwnerBondsMovingAverage = 975_000n
/** The least value of either end of liquid alpha, as a share of 65535. */
const minAlpha = 1638
const one = 1n << 64n

/** The calls that a subnet's owner may make, and sudo; changeHyperparameter holds their common rules. */
export const ownerCalls = {
  sudo_set_serving_rate_limit: call({
    index: 3,
    args: { netuid: u16, serving_rate_limit: u64 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, serving_rate_limit }) =>
      changeHyperparameter(ctx, origin, netuid, 'ServingRateLimit', () => {
        ctx.set(storage.ServingRateLimit, netuid, serving_rate_limit)
        ctx.deposit(events.ServingRateLimitSet, [netuid, serving_rate_limit])
      }),
  }),
  sudo_set_weights_version_key: call({
    index: 6,
    args: { netuid: u16, weights_version_key: u64 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, weights_version_key }) =>
      changeHyperparameter(ctx, origin, netuid, 'WeightsVersionKey', () => {
        ensureSubnetExists(ctx, netuid)
        ctx.set(storage.WeightsVersionKey, netuid, weights_version_key)
        ctx.deposit(events.WeightsVersionKeySet, [netuid, weights_version_key])
      }),
  }),
  sudo_set_immunity_period: call({
    index: 13,
    args: { netuid: u16, immunity_period: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, immunity_period }) =>
      changeHyperparameter(ctx, origin, netuid, 'ImmunityPeriod', () => {
        ensureSubnetExists(ctx, netuid)
        ctx.set(storage.ImmunityPeriod, netuid, immunity_period)
        ctx.deposit(events.ImmunityPeriodSet, [netuid, immunity_period])
      }),
  }),
  sudo_set_min_allowed_weights: call({
    index: 14,
    args: { netuid: u16, min_allowed_weights: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, min_allowed_weights }) =>
      changeHyperparameter(ctx, origin, netuid, 'MinAllowedWeights', () => {
        ensureSubnetExists(ctx, netuid)
        ctx.set(storage.MinAllowedWeights, netuid, min_allowed_weights)
        ctx.deposit(events.MinAllowedWeightSet, [netuid, min_allowed_weights])
      }),
  }),
  sudo_set_max_allowed_uids: call({
    index: 15,
    args: { netuid: u16, max_allowed_uids: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, max_allowed_uids }) =>
      changeHyperparameter(ctx, origin, netuid, 'MaxAllowedUids', () => {
        ensureSubnetExists(ctx, netuid)
        ensure(max_allowed_uids >= ctx.get(storage.MinAllowedUids, netuid), adminErrors.MaxAllowedUidsLessThanMinAllowedUids)
        ensure(ctx.get(storage.SubnetworkN, netuid) <= max_allowed_uids, adminErrors.MaxAllowedUIdsLessThanCurrentUIds)
        ensure(max_allowed_uids <= maxUids, adminErrors.MaxAllowedUidsGreaterThanDefaultMaxAllowedUids)
        ctx.set(storage.MaxAllowedUids, netuid, max_allowed_uids)
        ctx.deposit(events.MaxAllowedUidsSet, [netuid, max_allowed_uids])
      }),
  }),
  sudo_set_rho: call({
    index: 17,
    args: { netuid: u16, rho: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, rho }) =>
      changeHyperparameter(ctx, origin, netuid, 'Rho', () => {
        ensureSubnetExists(ctx, netuid)
        ctx.set(storage.Rho, netuid, rho)
      }),
  }),
  sudo_set_activity_cutoff: call({
    index: 18,
    args: { netuid: u16, activity_cutoff: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, activity_cutoff }) =>
      changeHyperparameter(ctx, origin, netuid, 'ActivityCutoff', () => {
        ensureSubnetExists(ctx, netuid)
        ensure(activity_cutoff >= ctx.get(storage.MinActivityCutoff), errors.ActivityCutoffTooLow)
        ctx.set(storage.ActivityCutoff, netuid, activity_cutoff)
        ctx.deposit(events.ActivityCutoffSet, [netuid, activity_cutoff])
      }),
  }),
  sudo_set_min_burn: call({
    index: 22,
    args: { netuid: u16, min_burn: u64 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, min_burn }) =>
      changeHyperparameter(ctx, origin, netuid, 'MinBurn', () => {
        ensureSubnetExists(ctx, netuid)
        ensure(min_burn < minBurnUpperBoundRao, adminErrors.ValueNotInBounds)
        ensure(min_burn < ctx.get(storage.MaxBurn, netuid), adminErrors.ValueNotInBounds)
        ctx.set(storage.MinBurn, netuid, min_burn)
        ctx.deposit(events.MinBurnSet, [netuid, min_burn])
      }),
  }),
  sudo_set_max_burn: call({
    index: 23,
    args: { netuid: u16, max_burn: u64 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, max_burn }) =>
      changeHyperparameter(ctx, origin, netuid, 'MaxBurn', () => {
        ensureSubnetExists(ctx, netuid)
        ensure(max_burn > maxBurnLowerBoundRao, adminErrors.ValueNotInBounds)
        ensure(max_burn > ctx.get(storage.MinBurn, netuid), adminErrors.ValueNotInBounds)
        ctx.set(storage.MaxBurn, netuid, max_burn)
        ctx.deposit(events.MaxBurnSet, [netuid, max_burn])
      }),
  }),
  sudo_set_bonds_moving_average: call({
    index: 26,
    args: { netuid: u16, bonds_moving_average: u64 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, bonds_moving_average }) =>
      changeHyperparameter(ctx, origin, netuid, 'BondsMovingAverage', owner => {
        ensure(owner === undefined || bonds_moving_average <= maxOwnerBondsMovingAverage, adminErrors.BondsMovingAverageMaxReached)
        ensureSubnetExists(ctx, netuid)
        ctx.set(storage.BondsMovingAverage, netuid, bonds_moving_average)
        ctx.deposit(events.BondsMovingAverageSet, [netuid, bonds_moving_average])
      }),
  }),
  sudo_set_commit_reveal_weights_enabled: call({
    index: 49,
    args: { netuid: u16, enabled: bool },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, enabled }) =>
      changeHyperparameter(ctx, origin, netuid, 'CommitRevealEnabled', () => {
        ensureSubnetExists(ctx, netuid)
        ctx.set(storage.CommitRevealWeightsEnabled, netuid, enabled)
        ctx.deposit(events.CommitRevealEnabled, [netuid, enabled])
      }),
  }),
  sudo_set_liquid_alpha_enabled: call({
    index: 50,
    args: { netuid: u16, enabled: bool },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, enabled }) =>
      changeHyperparameter(ctx, origin, netuid, 'LiquidAlphaEnabled', () => ctx.set(storage.LiquidAlphaOn, netuid, enabled)),
  }),
  sudo_set_alpha_values: call({
    index: 51,
    args: { netuid: u16, alpha_low: u16, alpha_high: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, alpha_low, alpha_high }) =>
      changeHyperparameter(ctx, origin, netuid, 'AlphaValues', () => {
        ensure(ctx.get(storage.LiquidAlphaOn, netuid), errors.LiquidAlphaDisabled)
        ensure(alpha_high >= minAlpha, errors.AlphaHighTooLow)
        ensure(alpha_low >= minAlpha && alpha_low <= alpha_high, errors.AlphaLowOutOfRange)
        ctx.set(storage.AlphaValues, netuid, [alpha_low, alpha_high])
      }),
  }),
  sudo_set_bonds_penalty: call({
    index: 60,
    args: { netuid: u16, bonds_penalty: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, bonds_penalty }) =>
      changeHyperparameter(ctx, origin, netuid, 'BondsPenalty', () => {
        ensureSubnetExists(ctx, netuid)
        ctx.set(storage.BondsPenalty, netuid, bonds_penalty)
        ctx.deposit(events.BondsPenaltySet, [netuid, bonds_penalty])
      }),
  }),
  sudo_set_alpha_sigmoid_steepness: call({
    index: 68,
    args: { netuid: u16, steepness: i16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, steepness }) =>
      changeHyperparameter(ctx, origin, netuid, 'AlphaSigmoidSteepness', owner => {
        ensureSubnetExists(ctx, netuid)
        if (owner !== undefined && steepness < 0) throw new DispatchError(adminErrors.NegativeSigmoidSteepness)
        ctx.set(storage.AlphaSigmoidSteepness, netuid, steepness)
      }),
  }),
  sudo_set_yuma3_enabled: call({
    index: 69,
    args: { netuid: u16, enabled: bool },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, enabled }) =>
      changeHyperparameter(ctx, origin, netuid, 'Yuma3Enabled', () => {
        ctx.set(storage.Yuma3On, netuid, enabled)
        ctx.deposit(adminEvents.Yuma3EnableToggled, { netuid, enabled })
      }),
  }),
  sudo_set_bonds_reset_enabled: call({
    index: 70,
    args: { netuid: u16, enabled: bool },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, enabled }) =>
      changeHyperparameter(ctx, origin, netuid, 'BondsResetEnabled', () => {
        ctx.set(storage.BondsResetOn, netuid, enabled)
        ctx.deposit(adminEvents.BondsResetToggled, { netuid, enabled })
      }),
  }),
  sudo_set_recycle_or_burn: call({
    index: 80,
    args: { netuid: u16, recycle_or_burn: recycleOrBurn },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, recycle_or_burn }) =>
      changeHyperparameter(ctx, origin, netuid, 'RecycleOrBurn', () => ctx.set(storage.RecycleOrBurn, netuid, recycle_or_burn)),
  }),
  sudo_set_burn_half_life: call({
    index: 89,
    args: { netuid: u16, burn_half_life: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, burn_half_life }) =>
      changeHyperparameter(ctx, origin, netuid, 'BurnHalfLife', () => {
        ensureSubnetExists(ctx, netuid)
        ensure(netuid !== 0, adminErrors.NotPermittedOnRootSubnet)
        ensure(burn_half_life > 0 && burn_half_life <= maxBurnHalfLife, adminErrors.InvalidValue)
        ctx.set(storage.BurnHalfLife, netuid, burn_half_life)
        ctx.deposit(adminEvents.BurnHalfLifeSet, { netuid, burn_half_life })
      }),
  }),
  sudo_set_burn_increase_mult: call({
    index: 90,
    args: { netuid: u16, burn_increase_mult: u64f64 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, burn_increase_mult }) =>
      changeHyperparameter(ctx, origin, netuid, 'BurnIncreaseMult', () => {
        ensureSubnetExists(ctx, netuid)
        ensure(netuid !== 0, adminErrors.NotPermittedOnRootSubnet)
        ensure(burn_increase_mult >= one && burn_increase_mult <= 3n * one, adminErrors.InvalidValue)
        ctx.set(storage.BurnIncreaseMult, netuid, burn_increase_mult)
        ctx.deposit(adminEvents.BurnIncreaseMultSet, { netuid, burn_increase_mult })
      }),
  }),
}
