import type { Context } from '../../context.ts'
import { ensure } from '../../dispatch-error.ts'
import { ensureRoot } from '../../origin.ts'
import { call } from '../../pallet.ts'
import { bool, u8, u16, u64 } from '../../scale/primitives.ts'
import { errors } from '../subtensor-module/errors.ts'
import { events } from '../subtensor-module/events.ts'
import { storage } from '../subtensor-module/storage.ts'
import { isFrozen } from '../subtensor-module/subnets/is-frozen.ts'
import { ensureSubnetExists } from './ensure-subnet-exists.ts'
import { adminErrors, adminEvents } from './tables.ts'

/** The calls that only sudo may make. */
export const rootCalls = {
  sudo_set_weights_set_rate_limit: call({
    index: 7,
    args: { netuid: u16, weights_set_rate_limit: u64 },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, weights_set_rate_limit }) {
      ensureRoot(origin)
      ensureSubnetExists(ctx, netuid)
      ctx.set(storage.WeightsSetRateLimit, netuid, weights_set_rate_limit)
      ctx.deposit(events.WeightsSetRateLimitSet, [netuid, weights_set_rate_limit])
    },
  }),
  sudo_set_kappa: call({
    index: 16,
    args: { netuid: u16, kappa: u16 },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, kappa }) {
      ensureRoot(origin)
      ensureSubnetExists(ctx, netuid)
      ctx.set(storage.Kappa, netuid, kappa)
      ctx.deposit(events.KappaSet, [netuid, kappa])
    },
  }),
  sudo_set_network_registration_allowed: call({
    index: 19,
    args: { netuid: u16, registration_allowed: bool },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, registration_allowed }) {
      ensureRoot(origin)
      ctx.set(storage.NetworkRegistrationAllowed, netuid, registration_allowed)
      ctx.deposit(events.RegistrationAllowed, [netuid, registration_allowed])
    },
  }),
  sudo_set_max_allowed_validators: call({
    index: 25,
    args: { netuid: u16, max_allowed_validators: u16 },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, max_allowed_validators }) {
      ensureRoot(origin)
      ensureOpen(ctx, netuid)
      ensureSubnetExists(ctx, netuid)
      ensure(max_allowed_validators <= ctx.get(storage.MaxAllowedUids, netuid), adminErrors.MaxValidatorsLargerThanMaxUIds)
      ctx.set(storage.MaxAllowedValidators, netuid, max_allowed_validators)
      ctx.deposit(events.MaxAllowedValidatorsSet, [netuid, max_allowed_validators])
    },
  }),
  sudo_set_subnet_owner_cut: call({
    index: 28,
    args: { subnet_owner_cut: u16 },
    pays: 'yes',
    dispatch(ctx, origin, { subnet_owner_cut }) {
      ensureRoot(origin)
      ctx.set(storage.SubnetOwnerCut, subnet_owner_cut)
      ctx.deposit(events.SubnetOwnerCutSet, [subnet_owner_cut])
    },
  }),
  sudo_set_network_rate_limit: call({
    index: 29,
    args: { rate_limit: u64 },
    pays: 'yes',
    dispatch(ctx, origin, { rate_limit }) {
      ensureRoot(origin)
      ctx.set(storage.NetworkRateLimit, rate_limit)
      ctx.deposit(events.NetworkRateLimitSet, [rate_limit])
    },
  }),
  sudo_set_tempo: call({
    index: 30,
    args: { netuid: u16, tempo: u16 },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, tempo }) {
      ensureRoot(origin)
      ensureOpen(ctx, netuid)
      ensureSubnetExists(ctx, netuid)
      ctx.set(storage.Tempo, netuid, tempo)
      ctx.deposit(events.TempoSet, [netuid, tempo])
      ctx.set(storage.LastEpochBlock, netuid, BigInt(ctx.block))
    },
  }),
  sudo_set_stake_threshold: call({
    index: 42,
    args: { min_stake: u64 },
    pays: 'yes',
    dispatch(ctx, origin, { min_stake }) {
      ensureRoot(origin)
      ctx.set(storage.StakeThreshold, min_stake)
      ctx.deposit(events.StakeThresholdSet, [min_stake])
    },
  }),
  sudo_set_subtoken_enabled: call({
    index: 66,
    args: { netuid: u16, subtoken_enabled: bool },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, subtoken_enabled }) {
      ensureRoot(origin)
      ensureOpen(ctx, netuid)
      ctx.set(storage.SubtokenEnabled, netuid, subtoken_enabled)
    },
  }),
  sudo_set_commit_reveal_version: call({
    index: 71,
    args: { version: u16 },
    pays: 'yes',
    dispatch(ctx, origin, { version }) {
      ensureRoot(origin)
      ctx.set(storage.CommitRevealWeightsVersion, version)
      ctx.deposit(events.CommitRevealVersionSet, [version])
    },
  }),
  sudo_set_admin_freeze_window: call({
    index: 74,
    args: { window: u16 },
    pays: 'yes',
    dispatch(ctx, origin, { window }) {
      ensureRoot(origin)
      ctx.set(storage.AdminFreezeWindow, window)
      ctx.deposit(events.AdminFreezeWindowSet, [window])
    },
  }),
  sudo_set_owner_hparam_rate_limit: call({
    index: 75,
    args: { epochs: u16 },
    pays: 'yes',
    dispatch(ctx, origin, { epochs }) {
      ensureRoot(origin)
      ctx.set(storage.OwnerHyperparamRateLimit, epochs)
      ctx.deposit(events.OwnerHyperparamRateLimitSet, [epochs])
    },
  }),
  sudo_set_subnet_emission_enabled: call({
    index: 94,
    args: { netuid: u16, enabled: bool },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, enabled }) {
      ensureRoot(origin)
      ensureSubnetExists(ctx, netuid)
      ensure(netuid !== 0, adminErrors.NotPermittedOnRootSubnet)
      ctx.set(storage.SubnetEmissionEnabled, netuid, enabled)
      ctx.deposit(adminEvents.SubnetEmissionEnabledSet, { netuid, enabled })
    },
  }),
  sudo_set_max_epochs_per_block: call({
    index: 96,
    args: { max_epochs_per_block: u8 },
    pays: 'yes',
    dispatch(ctx, origin, { max_epochs_per_block }) {
      ensureRoot(origin)
      ensure(max_epochs_per_block >= 1, adminErrors.ValueNotInBounds)
      ctx.set(storage.MaxEpochsPerBlock, max_epochs_per_block)
      ctx.deposit(events.MaxEpochsPerBlockSet, [max_epochs_per_block])
    },
  }),
}

function ensureOpen(ctx: Context, netuid: number): void {
  ensure(!isFrozen(ctx, netuid), errors.AdminActionProhibitedDuringWeightsWindow)
}
