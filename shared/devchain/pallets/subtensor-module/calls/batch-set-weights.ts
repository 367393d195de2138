import { ensure } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { tuple, vec } from '../../../scale/collections.ts'
import { compact } from '../../../scale/compact.ts'
import { u16, u64 } from '../../../scale/primitives.ts'
import { hasStakeForWeights } from '../checks/has-stake-for-weights.ts'
import { refuseInPool } from '../checks/refuse-in-pool.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { runWeightsBatch } from '../weights/run-weights-batch.ts'
import { storeWeights } from '../weights/store-weights.ts'

/** Sets weights on several subnets in the open; one that is refused does not stop the others, an event names it. */
export const batchSetWeights = call({
  index: 80,
  args: { netuids: vec(compact(u16)), weights: vec(vec(tuple(compact(u16), compact(u16)))), version_keys: vec(compact(u64)) },
  pays: 'no',
  validate(ctx, origin, { netuids, weights, version_keys }) {
    if (origin.kind !== 'signed') return null
    if (netuids.length !== weights.length || netuids.length !== version_keys.length) return refuseInPool(errors.InputLengthsUnequal)
    const staked = netuids.every(netuid => hasStakeForWeights(ctx, netuid, origin.who))
    return staked ? null : refuseInPool(errors.NotEnoughStakeToSetWeights)
  },
  dispatch(ctx, origin, { netuids, weights, version_keys }) {
    const hotkey = ensureSigned(origin)
    ensure(netuids.length === weights.length && netuids.length === version_keys.length, errors.InputLengthsUnequal)
    runWeightsBatch(ctx, hotkey, netuids, (netuid, item) => {
      ensure(!ctx.get(storage.CommitRevealWeightsEnabled, netuid), errors.CommitRevealEnabled)
      const row = weights[item] ?? []
      storeWeights(ctx, {
        hotkey,
        netuid,
        uids: row.map(([uid]) => uid),
        values: row.map(([, value]) => value),
        versionKey: version_keys[item] ?? 0n,
      })
    })
  },
})
