import type { Context } from '../../context.ts'
import { ensure } from '../../dispatch-error.ts'
import type { Origin } from '../../origin.ts'
import { call } from '../../pallet.ts'
import { accountId } from '../../scale/hashes.ts'
import { bool, u16, u64 } from '../../scale/primitives.ts'
import { ensureSubnetOwnerOrRoot } from '../subtensor-module/checks/ensure-subnet-owner.ts'
import { ownerHotkeyInterval } from '../subtensor-module/constants.ts'
import { errors } from '../subtensor-module/errors.ts'
import { events } from '../subtensor-module/events.ts'
import { storage } from '../subtensor-module/storage.ts'
import { isFrozen } from '../subtensor-module/subnets/is-frozen.ts'
import { isSubnetAccount } from '../subtensor-module/subnets/is-subnet-account.ts'
import { changeHyperparameter } from './change-hyperparameter.ts'
import { ensureSubnetExists } from './ensure-subnet-exists.ts'
import { adminErrors } from './tables.ts'

/** The longest wait between commit and reveal, in epochs. */
const maxRevealPeriod = 100n
/** How many of an owner's neurons can be immune for ever. */
const maxImmuneOwnerNeurons = 10

/** More of what a subnet's owner may change, and sudo: who owns it, what it hands out, and its places. */
export const subnetCalls = {
  sudo_set_max_difficulty: call({
    index: 5,
    args: { netuid: u16, max_difficulty: u64 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, max_difficulty }) =>
      changeHyperparameter(ctx, origin, netuid, 'MaxDifficulty', () => {
        ensureSubnetExists(ctx, netuid)
        ctx.set(storage.MaxDifficulty, netuid, max_difficulty)
        ctx.deposit(events.MaxDifficultySet, [netuid, max_difficulty])
      }),
  }),
  sudo_set_adjustment_alpha: call({
    index: 9,
    args: { netuid: u16, adjustment_alpha: u64 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, adjustment_alpha }) =>
      changeHyperparameter(ctx, origin, netuid, 'AdjustmentAlpha', () => {
        ensureSubnetExists(ctx, netuid)
        ctx.set(storage.AdjustmentAlpha, netuid, adjustment_alpha)
        ctx.deposit(events.AdjustmentAlphaSet, [netuid, adjustment_alpha])
      }),
  }),
  sudo_set_commit_reveal_weights_interval: call({
    index: 57,
    args: { netuid: u16, interval: u64 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, interval }) =>
      changeHyperparameter(ctx, origin, netuid, 'WeightCommitInterval', () => {
        ensureSubnetExists(ctx, netuid)
        ensure(interval <= maxRevealPeriod, errors.RevealPeriodTooLarge)
        ensure(interval >= 1n, errors.RevealPeriodTooSmall)
        ctx.set(storage.RevealPeriodEpochs, netuid, interval)
        ctx.deposit(events.CommitRevealPeriodsSet, [netuid, interval])
      }),
  }),
  sudo_set_toggle_transfer: call({
    index: 61,
    args: { netuid: u16, toggle: bool },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, toggle }) =>
      changeHyperparameter(ctx, origin, netuid, 'TransferEnabled', () => {
        ctx.set(storage.TransferToggle, netuid, toggle)
        ctx.deposit(events.TransferToggle, [netuid, toggle])
      }),
  }),
  sudo_set_subnet_owner_hotkey: setOwnerHotkey(64),
  sudo_set_sn_owner_hotkey: setOwnerHotkey(67),
  sudo_set_owner_immune_neuron_limit: call({
    index: 72,
    args: { netuid: u16, immune_neurons: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, immune_neurons }) =>
      changeHyperparameter(ctx, origin, netuid, 'ImmuneNeuronLimit', () => {
        ensure(immune_neurons >= 1 && immune_neurons <= maxImmuneOwnerNeurons, errors.InvalidValue)
        ctx.set(storage.ImmuneOwnerUidsLimit, netuid, immune_neurons)
      }),
  }),
  sudo_set_owner_cut_enabled: call({
    index: 92,
    args: { netuid: u16, enabled: bool },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, enabled }) {
      ensureMayNow(ctx, origin, netuid)
      ctx.set(storage.OwnerCutEnabled, netuid, enabled)
    },
  }),
  sudo_set_min_childkey_take_per_subnet: call({
    index: 93,
    args: { netuid: u16, take: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, take }) =>
      changeHyperparameter(ctx, origin, netuid, 'MinChildkeyTake', () => {
        ensureSubnetExists(ctx, netuid)
        const legal = take >= ctx.get(storage.MinChildkeyTake) && take <= ctx.get(storage.MaxChildkeyTake)
        ensure(legal, adminErrors.InvalidValue)
        ctx.set(storage.MinChildkeyTakePerSubnet, netuid, take)
        ctx.deposit(events.MinChildKeyTakePerSubnetSet, [netuid, take])
      }),
  }),
  sudo_set_owner_cut_auto_lock_enabled: call({
    index: 95,
    args: { netuid: u16, enabled: bool },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, enabled }) {
      ensureMayNow(ctx, origin, netuid)
      ctx.set(storage.OwnerCutAutoLockEnabled, netuid, enabled)
    },
  }),
}

/** Two calls with one meaning; the limit is of the subnet, and sudo is under it too. */
function setOwnerHotkey(index: number) {
  return call({
    index,
    args: { netuid: u16, hotkey: accountId },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, hotkey }) {
      ensureSubnetOwnerOrRoot(ctx, origin, netuid)
      ensure(ctx.get(storage.NetworksAdded, netuid), errors.SubnetNotExists)
      const last = ctx.get(storage.LastRateLimitedBlock, { type: 'SetSNOwnerHotkey', value: netuid })
      ensure(last === 0n || BigInt(ctx.block) - last >= ownerHotkeyInterval, errors.TxRateLimitExceeded)
      ctx.set(storage.LastRateLimitedBlock, { type: 'SetSNOwnerHotkey', value: netuid }, BigInt(ctx.block))
      ensure(!isSubnetAccount(hotkey), errors.CannotUseSystemAccount)
      ctx.set(storage.SubnetOwnerHotkey, netuid, hotkey)
      ctx.deposit(events.SubnetOwnerHotkeySet, [netuid, hotkey])
    },
  })
}

/** What may change as often as its owner likes, but not shortly before an epoch. */
function ensureMayNow(ctx: Context, origin: Origin, netuid: number): void {
  ensureSubnetOwnerOrRoot(ctx, origin, netuid)
  ensure(!isFrozen(ctx, netuid), errors.AdminActionProhibitedDuringWeightsWindow)
  ensureSubnetExists(ctx, netuid)
  ensure(netuid !== 0, adminErrors.NotPermittedOnRootSubnet)
}
