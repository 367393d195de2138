import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { vec } from '../../../scale/collections.ts'
import { u8, u16, u64 } from '../../../scale/primitives.ts'
import { checkWeightsInPool } from '../checks/check-weights-in-pool.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { storeWeights } from '../weights/store-weights.ts'

/** Sets a validator's weights for one mechanism of a subnet in the open; while commit-reveal is on it is included and fails. */
export const setMechanismWeights = call({
  index: 119,
  args: { netuid: u16, mecid: u8, dests: vec(u16), weights: vec(u16), version_key: u64 },
  pays: 'no',
  validate: checkWeightsInPool,
  dispatch(ctx, origin, { netuid, mecid, dests, weights, version_key }) {
    ensure(!ctx.get(storage.CommitRevealWeightsEnabled, netuid), errors.CommitRevealEnabled)
    storeWeights(ctx, { hotkey: ensureSigned(origin), netuid, mecid, uids: dests, values: weights, versionKey: version_key })
  },
})
