import { defineEvents, event } from '../../event.ts'
import { vec } from '../../scale/collections.ts'
import { accountId } from '../../scale/hashes.ts'
import { bool, u8, u16, u64 } from '../../scale/primitives.ts'
import { subtensorId } from './subtensor-id.ts'

/** The events that this pallet deposits, with Subtensor's indices; unnamed fields stay unnamed. */
export const events = defineEvents(subtensorId, {
  NetworkAdded: event(0, [u16, u16]),
  StakeAdded: event(2, [accountId, accountId, u64, u64, u16, u64]),
  StakeRemoved: event(3, [accountId, accountId, u64, u64, u16, u64]),
  WeightsSet: event(5, [u16, u16]),
  NeuronRegistered: event(6, [u16, u16, accountId]),
  MaxAllowedUidsSet: event(9, [u16, u16]),
  ActivityCutoffSet: event(15, [u16, u16]),
  KappaSet: event(18, [u16, u16]),
  MinAllowedWeightSet: event(19, [u16, u16]),
  WeightsSetRateLimitSet: event(22, [u16, u64]),
  ImmunityPeriodSet: event(23, [u16, u16]),
  BondsMovingAverageSet: event(24, [u16, u64]),
  BondsPenaltySet: event(25, [u16, u16]),
  MaxAllowedValidatorsSet: event(27, [u16, u16]),
  AxonServed: event(28, [u16, accountId]),
  WeightsVersionKeySet: event(32, [u16, u64]),
  ServingRateLimitSet: event(35, [u16, u64]),
  MaxBurnSet: event(37, [u16, u64]),
  MinBurnSet: event(38, [u16, u64]),
  MaxEpochsPerBlockSet: event(39, [u8]),
  AdminFreezeWindowSet: event(43, [u16]),
  OwnerHyperparamRateLimitSet: event(44, [u16]),
  RegistrationAllowed: event(50, [u16, bool]),
  TempoSet: event(52, [u16, u16]),
  StakeThresholdSet: event(54, [u64]),
  SubnetOwnerCutSet: event(57, [u16]),
  NetworkRateLimitSet: event(58, [u64]),
  SubnetOwnerHotkeySet: event(94, [u16, accountId]),
  FirstEmissionBlockNumberSet: event(95, [u16, u64]),
  CommitRevealEnabled: event(101, [u16, bool]),
  IncentiveAlphaEmittedToMiners: event(110, { netuid: u16, emissions: vec(u64) }),
  EpochDeferred: event(132, { netuid: u16, from_block: u64, to_block: u64 }),
})
