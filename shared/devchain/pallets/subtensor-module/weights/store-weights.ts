import { maxUpscale } from '../../../../consensus/max-upscale.ts'
import type { Context } from '../../../context.ts'
import { DispatchError, ensure } from '../../../dispatch-error.ts'
import { hasStakeForWeights } from '../checks/has-stake-for-weights.ts'
import { passesWeightsRateLimit } from '../checks/passes-weights-rate-limit.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { withEntry } from '../neurons/with-entry.ts'
import { storage } from '../storage.ts'
import { ensureMechanismExists } from '../subnets/ensure-mechanism-exists.ts'
import { readOwnerUid } from '../subnets/read-owner-uid.ts'
import { storageIndex } from '../subnets/storage-index.ts'

export interface SubmittedWeights {
  readonly hotkey: string
  readonly netuid: number
  /** 0, the one that every subnet has, unless given. */
  readonly mecid?: number
  readonly uids: readonly number[]
  readonly values: readonly number[]
  readonly versionKey: bigint
}

/**
 * Checks submitted weights in the chain's order and stores them, upscaled so that the largest is 65535. Throws a DispatchError with the
 * name of the first rule that they break. Plain and revealed weights both end here.
 */
export function storeWeights(ctx: Context, { hotkey, netuid, mecid = 0, uids, values, versionKey }: SubmittedWeights): void {
  const index = storageIndex(netuid, mecid)
  ensure(netuid !== 0, errors.CanNotSetRootNetworkWeights)
  ensure(uids.length === values.length, errors.WeightVecNotEqualSize)
  ensureMechanismExists(ctx, netuid, mecid)
  const n = ctx.get(storage.SubnetworkN, netuid)
  ensure(uids.length <= n, errors.UidsLengthExceedUidsInSubNet)
  const uid = ctx.get(storage.Uids, netuid, hotkey)
  if (uid === undefined) throw new DispatchError(errors.HotKeyNotRegisteredInSubNet)
  ensure(hasStakeForWeights(ctx, netuid, hotkey), errors.NotEnoughStakeToSetWeights)
  const wantedVersion = ctx.get(storage.WeightsVersionKey, netuid)
  ensure(wantedVersion === 0n || versionKey >= wantedVersion, errors.IncorrectWeightVersionKey)
  // Under commit-reveal the commit was limited, and it set LastUpdate.
  const open = !ctx.get(storage.CommitRevealWeightsEnabled, netuid)
  if (open) ensure(passesWeightsRateLimit(ctx, netuid, uid, index), errors.SettingWeightsTooFast)
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
    index,
    uid,
    uids.map((other, position) => [other, upscaled[position] ?? 0] as const),
  )
  if (open) ctx.set(storage.LastUpdate, index, withEntry(ctx.get(storage.LastUpdate, index), uid, BigInt(ctx.block), 0n))
  ctx.deposit(events.WeightsSet, [index, uid])
}
