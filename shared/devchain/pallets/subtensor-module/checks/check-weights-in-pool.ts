import type { Context } from '../../../context.ts'
import type { Origin } from '../../../origin.ts'
import type { InvalidTransaction } from '../../../transaction-validity.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { storageIndex } from '../subnets/storage-index.ts'
import { hasStakeForWeights } from './has-stake-for-weights.ts'
import { passesWeightsRateLimit } from './passes-weights-rate-limit.ts'
import { refuseInPool } from './refuse-in-pool.ts'

/** What keeps plain weights out of the pool: too little stake, and (unless they are committed first) setting them too often. */
export function checkWeightsInPool(
  ctx: Context,
  origin: Origin,
  { netuid, mecid = 0 }: { readonly netuid: number; readonly mecid?: number },
): InvalidTransaction | null {
  if (origin.kind !== 'signed') return null
  if (!hasStakeForWeights(ctx, netuid, origin.who)) return refuseInPool(errors.NotEnoughStakeToSetWeights)
  if (ctx.get(storage.CommitRevealWeightsEnabled, netuid)) return null
  const uid = ctx.get(storage.Uids, netuid, origin.who)
  if (uid !== undefined && !passesWeightsRateLimit(ctx, netuid, uid, storageIndex(netuid, mecid)))
    return refuseInPool(errors.SettingWeightsTooFast)
  return null
}
