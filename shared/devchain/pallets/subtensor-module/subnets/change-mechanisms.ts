import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { maxMechanisms, maxUids } from '../constants.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { storageIndex } from './storage-index.ts'

const wholeShare = 65_535

/** Gives a subnet so many mechanisms; what belonged to those that go is forgotten, and emission is shared evenly again. Throws a DispatchError. */
export function setMechanismCount(ctx: Context, netuid: number, count: number): void {
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.MechanismDoesNotExist)
  ensure(count > 0, errors.InvalidValue)
  ensure(count <= ctx.get(storage.MaxMechanismCount), errors.InvalidValue)
  ensure(ctx.get(storage.MaxAllowedUids, netuid) * count <= maxUids, errors.TooManyUIDsPerMechanism)
  ensure(count <= maxMechanisms, errors.InvalidValue)
  const old = ctx.get(storage.MechanismCountCurrent, netuid)
  if (old === count) return
  for (let mechanism = count; mechanism < old; mechanism += 1) forget(ctx, storageIndex(netuid, mechanism))
  ctx.set(storage.MechanismCountCurrent, netuid, count)
  ctx.remove(storage.MechanismEmissionSplit, netuid)
}

/** Shares a subnet's alpha among its mechanisms, in 65535ths; undefined shares it evenly. Throws a DispatchError. */
export function splitMechanisms(ctx: Context, netuid: number, split: readonly number[] | undefined): void {
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.MechanismDoesNotExist)
  if (split === undefined) {
    ctx.remove(storage.MechanismEmissionSplit, netuid)
    return
  }
  ensure(split.length > 0 && split.length <= ctx.get(storage.MechanismCountCurrent, netuid), errors.InvalidValue)
  ensure(split.reduce((sum, part) => sum + part, 0) === wholeShare, errors.InvalidValue)
  ctx.set(storage.MechanismEmissionSplit, netuid, split)
}

function forget(ctx: Context, index: number): void {
  ctx.removePrefix(storage.Weights, index)
  ctx.remove(storage.Incentive, index)
  ctx.remove(storage.LastUpdate, index)
  ctx.removePrefix(storage.Bonds, index)
  ctx.removePrefix(storage.WeightCommits, index)
  ctx.removePrefix(storage.TimelockedWeightCommits, index)
  ctx.removePrefix(storage.WeightCommits, index)
  ctx.removePrefix(storage.TimelockedWeightCommits, index)
}
