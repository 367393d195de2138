import { wholeWeight } from '../../../consensus/pool/alpha-pool.ts'
import { defineErrors } from '../../dispatch-error.ts'
import { defineEvents, event } from '../../event.ts'
import { palletId } from '../../pallet-id.ts'
import { newtype, wrapper } from '../../scale/composites.ts'
import { bool, u16, u64 } from '../../scale/primitives.ts'
import { defineStorage, storageMap } from '../../storage-entry.ts'

/** The pallet of the pools in which TAO and a subnet's alpha are swapped; the reserves are SubtensorModule's. */
export const swapId = palletId({ name: 'Swap', index: 28, path: 'pallet_subtensor_swap::pallet::pallet' })

/** A share in parts of 1e18. */
const perquintill = newtype('sp_arithmetic::per_things::Perquintill', u64)
const netuid = ['Twox64Concat', u16] as const

export const swapStorage = defineStorage(swapId, {
  /** What a swap costs, of 65535: 33 are about 0.05 %. */
  FeeRate: storageMap([netuid], u16, { default: 33 }),
  /** The weight of TAO in a subnet's pool. */
  SwapBalancer: storageMap([netuid], wrapper('pallet_subtensor_swap::pallet::balancer::Balancer', 'quote', perquintill), {
    default: wholeWeight / 2n,
  }),
  PalSwapInitialized: storageMap([netuid], bool, { default: false }),
})

export const swapEvents = defineEvents(swapId, { FeeRateSet: event(0, { netuid: u16, rate: u16 }) })

export const swapErrors = defineErrors(swapId, {
  FeeRateTooHigh: 0,
  InsufficientInputAmount: 1,
  InsufficientLiquidity: 2,
  PriceLimitExceeded: 3,
  InsufficientBalance: 4,
  InvalidTickRange: 5,
  InvalidLiquidityValue: 6,
  ReservesTooLow: 7,
  MechanismDoesNotExist: 8,
  SubtokenDisabled: 9,
  ReservesOutOfBalance: 10,
  SwapInputTooLarge: 11,
  Deprecated: 12,
})
