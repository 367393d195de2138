import { DispatchError, ensure } from '../../dispatch-error.ts'
import { ensureRoot } from '../../origin.ts'
import { call, constant, definePallet } from '../../pallet.ts'
import { fixedBytes } from '../../scale/collections.ts'
import { newtype } from '../../scale/composites.ts'
import { bool, u16, u64 } from '../../scale/primitives.ts'
import { storage } from '../subtensor-module/storage.ts'
import { swapErrors, swapEvents, swapId, swapStorage } from './tables.ts'

/** The dearest a swap may become, of 65535: about 15 %. */
const maxFeeRate = 10_000

const deprecated = () => {
  throw new DispatchError(swapErrors.Deprecated)
}

/** Fees of swaps. Liquidity of users was given up upstream; of its calls two are left here to say so. */
export const swapPallet = definePallet({
  id: swapId,
  storage: swapStorage,
  events: swapEvents,
  errors: swapErrors,
  constants: {
    ProtocolId: constant(newtype('frame_support::PalletId', fixedBytes(8)), `0x${Buffer.from('ten/swap', 'ascii').toString('hex')}`),
    MaxFeeRate: constant(u16, maxFeeRate),
    MinimumLiquidity: constant(u64, 1_000n),
    MinimumReserve: constant(newtype('NonZeroU64', u64), 1_000_000n),
  },
  calls: {
    set_fee_rate: call({
      index: 0,
      args: { netuid: u16, rate: u16 },
      pays: 'yes',
      dispatch(ctx, origin, { netuid, rate }) {
        ensureRoot(origin)
        ensure(ctx.get(storage.NetworksAdded, netuid), swapErrors.MechanismDoesNotExist)
        ensure(rate <= maxFeeRate, swapErrors.FeeRateTooHigh)
        ctx.set(swapStorage.FeeRate, netuid, rate)
        ctx.deposit(swapEvents.FeeRateSet, { netuid, rate })
      },
    }),
    toggle_user_liquidity: call({ index: 4, args: { netuid: u16, enable: bool }, pays: 'yes', dispatch: deprecated }),
    disable_lp: call({ index: 5, args: {}, pays: 'yes', dispatch: deprecated }),
  },
})
