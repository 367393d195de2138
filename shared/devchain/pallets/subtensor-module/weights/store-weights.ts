import { maxUpscale } from '../../../../consensus/max-upscale.ts'
import type { Context } from '../../../context.ts'
import { DispatchError, ensure } from '../../../dispatch-error.ts'
import { hasStakeForWeights } from '../checks/has-stake-for-weights.ts'
import { passesWeightsRateLimit } from '../checks/passes-weights-rate-limit.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { withEntry } from '../neurons/with-entry.ts'
import { storage } from '../storage.ts'
import { readOwnerUid } from '../subnets/read-owner-uid.ts'

export interface SubmittedWeights {
  readonly hotkey: string
  readonly netuid: number
  readonly uids: readonly number[]
  readonly values: readonly number[]
  readonly versionKey: bigint
}

/**
 * Checks submitted weights in the chain's order and stores them, upscaled so that the largest is 65535. Throws a DispatchError with the
 * name of the first rule that they break. Plain and revealed weights both end here.
 */
export function storeWeights(ctx: Context, { hotkey, netuid, uids, values, versionKey }: SubmittedWeights): void {
  ensure(netuid !== 0, errors.CanNotSetRootNetworkWeights)
  ensure(uids.length === values.length, errors.WeightVecNotEqualSize)
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.MechanismDoesNotExist)
  const n = ctx.get(storage.SubnetworkN, netuid)
  ensure(uids.length <= n, errors.UidsLengthExceedUidsInSubNet)
  const uid = ctx.get(storage.Uids, netuid, hotkey)
  if (uid === undefined) throw new DispatchError(errors.HotKeyNotRegisteredInSubNet)
  ensure(hasStakeForWeights(ctx, netuid, hotkey), errors.NotEnoughStakeToSetWeights)
  const wantedVersion = ctx.get(storage.WeightsVersionKey, netuid)
  ensure(wantedVersion === 0n || versionKey >= wantedVersion, errors.IncorrectWeightVersionKey)
  // Under commit-reveal the commit was limited, and it set LastUpdate.
  const open = !ctx.get(storage.CommitRevealWeightsEnabled, netuid)
  if (open) ensure(passesWeightsRateLimit(ctx, netuid, uid), errors.SettingWeightsTooFast)
  const onlySelf = values.length === 1 && uids[0] === uid
  const permitted = onlySelf || readOwnerUid(ctx, netuid) === uid || ctx.get(storage.ValidatorPermit, netuid)[uid] === true
  ensure(permitted, errors.NeuronNoValidatorPermit)
  ensure(new Set(uids).size === uids.length, errors.DuplicateUids)
  ensure(
    uids.every(other => other < n),
    errors.UidVecContainInvalidOne,
  )
  ensure(onlySelf || values.length >= Math.min(ctx.get(storage.MinAllowedWeights, netuid), n), errors.WeightVecLengthIsLow)
  const upscaled = maxUpscale(values)
  ctx.set(
    storage.Weights,
    netuid,
    uid,
    uids.map((other, index) => [other, upscaled[index] ?? 0] as const),
  )
  if (open) ctx.set(storage.LastUpdate, netuid, withEntry(ctx.get(storage.LastUpdate, netuid), uid, BigInt(ctx.block), 0n))
  ctx.deposit(events.WeightsSet, [netuid, uid])
}
