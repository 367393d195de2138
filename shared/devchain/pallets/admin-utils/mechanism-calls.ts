import { ensure } from '../../dispatch-error.ts'
import { ensureRoot } from '../../origin.ts'
import { call } from '../../pallet.ts'
import { option, vec } from '../../scale/collections.ts'
import { u8, u16 } from '../../scale/primitives.ts'
import { maxMechanisms } from '../subtensor-module/constants.ts'
import { errors } from '../subtensor-module/errors.ts'
import { storage } from '../subtensor-module/storage.ts'
import { setMechanismCount, splitMechanisms } from '../subtensor-module/subnets/change-mechanisms.ts'
import { changeHyperparameter } from './change-hyperparameter.ts'

/** How many mechanisms a subnet has, and how its alpha is shared among them. */
export const mechanismCalls = {
  sudo_set_mechanism_count: call({
    index: 76,
    args: { netuid: u16, mechanism_count: u8 },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, mechanism_count }) =>
      changeHyperparameter(ctx, origin, netuid, 'MechanismCount', () => setMechanismCount(ctx, netuid, mechanism_count)),
  }),
  sudo_set_mechanism_emission_split: call({
    index: 77,
    args: { netuid: u16, maybe_split: option(vec(u16)) },
    pays: 'yes',
    dispatch: (ctx, origin, { netuid, maybe_split }) =>
      changeHyperparameter(ctx, origin, netuid, 'MechanismEmission', () => splitMechanisms(ctx, netuid, maybe_split)),
  }),
  sudo_set_max_mechanism_count: call({
    index: 88,
    args: { max_mechanism_count: u8 },
    pays: 'yes',
    dispatch(ctx, origin, { max_mechanism_count }) {
      ensureRoot(origin)
      ensure(max_mechanism_count > 0 && max_mechanism_count <= maxMechanisms, errors.InvalidValue)
      ctx.set(storage.MaxMechanismCount, max_mechanism_count)
    },
  }),
}
