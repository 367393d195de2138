import { defineErrors } from '../../dispatch-error.ts'
import { defineEvents, event } from '../../event.ts'
import { palletId } from '../../pallet-id.ts'
import { bool, u16 } from '../../scale/primitives.ts'
import { u64f64 } from '../subtensor-module/types.ts'

/** The pallet of the calls that change settings. */
export const adminUtilsId = palletId({ name: 'AdminUtils', index: 19, path: 'pallet_admin_utils::pallet' })

export const adminErrors = defineErrors(adminUtilsId, {
  SubnetDoesNotExist: 0,
  MaxValidatorsLargerThanMaxUIds: 1,
  MaxAllowedUIdsLessThanCurrentUIds: 2,
  BondsMovingAverageMaxReached: 3,
  NegativeSigmoidSteepness: 4,
  ValueNotInBounds: 5,
  MinAllowedUidsGreaterThanCurrentUids: 6,
  MinAllowedUidsGreaterThanMaxAllowedUids: 7,
  MaxAllowedUidsLessThanMinAllowedUids: 8,
  MaxAllowedUidsGreaterThanDefaultMaxAllowedUids: 9,
  InvalidValue: 10,
  NotPermittedOnRootSubnet: 11,
  POWRegistrationDisabled: 12,
  Deprecated: 13,
})

export const adminEvents = defineEvents(adminUtilsId, {
  Yuma3EnableToggled: event(1, { netuid: u16, enabled: bool }),
  BondsResetToggled: event(2, { netuid: u16, enabled: bool }),
  BurnHalfLifeSet: event(3, { netuid: u16, burn_half_life: u16 }),
  BurnIncreaseMultSet: event(4, { netuid: u16, burn_increase_mult: u64f64 }),
  SubnetEmissionEnabledSet: event(5, { netuid: u16, enabled: bool }),
})
