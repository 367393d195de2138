import { ensureRoot } from '../../origin.ts'
import { call } from '../../pallet.ts'
import { u16, u64 } from '../../scale/primitives.ts'
import { events } from '../subtensor-module/events.ts'
import { trimNeurons } from '../subtensor-module/neurons/trim-neurons.ts'
import { storage } from '../subtensor-module/storage.ts'
import { i96f32 } from '../subtensor-module/types.ts'
import { changeHyperparameter } from './change-hyperparameter.ts'

/** The calls by which sudo sets what a subnet costs and how fast its average price follows, and an owner makes the subnet smaller. */
export const economyCalls = {
  sudo_set_network_min_lock_cost: call({
    index: 36,
    args: { lock_cost: u64 },
    pays: 'yes',
    dispatch(ctx, origin, { lock_cost }) {
      ensureRoot(origin)
      ctx.set(storage.NetworkMinLockCost, lock_cost)
      ctx.deposit(events.NetworkMinLockCostSet, [lock_cost])
    },
  }),
  sudo_set_subnet_limit: call({
    index: 37,
    args: { max_subnets: u16 },
    pays: 'yes',
    dispatch(ctx, origin, { max_subnets }) {
      ensureRoot(origin)
      ctx.set(storage.SubnetLimit, max_subnets)
      ctx.deposit(events.SubnetLimitSet, [max_subnets])
    },
  }),
  sudo_set_lock_reduction_interval: call({
    index: 38,
    args: { interval: u64 },
    pays: 'yes',
    dispatch(ctx, origin, { interval }) {
      ensureRoot(origin)
      ctx.set(storage.NetworkLockReductionInterval, interval)
      ctx.deposit(events.NetworkLockCostReductionIntervalSet, [interval])
    },
  }),
  sudo_set_subnet_moving_alpha: call({
    index: 63,
    args: { alpha: i96f32 },
    pays: 'yes',
    dispatch(ctx, origin, { alpha }) {
      ensureRoot(origin)
      ctx.set(storage.SubnetMovingAlpha, alpha)
    },
  }),
  sudo_set_ema_price_halving_period: call({
    index: 65,
    args: { netuid: u16, ema_halving: u64 },
    pays: 'yes',
    dispatch(ctx, origin, { netuid, ema_halving }) {
      ensureRoot(origin)
      ctx.set(storage.EMAPriceHalvingBlocks, netuid, ema_halving)
    },
  }),
  sudo_trim_to_max_allowed_uids: call({
    index: 78,
    args: { netuid: u16, max_n: u16 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, max_n }) =>
      changeHyperparameter(ctx, origin, netuid, 'MaxUidsTrimming', () => trimNeurons(ctx, netuid, max_n)),
  }),
}
