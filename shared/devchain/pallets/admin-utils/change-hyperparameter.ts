import type { Context } from '../../context.ts'
import { ensure } from '../../dispatch-error.ts'
import type { Origin } from '../../origin.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { ensureSubnetOwnerOrRoot } from '../subtensor-module/checks/ensure-subnet-owner.ts'
import { errors } from '../subtensor-module/errors.ts'
import { storage } from '../subtensor-module/storage.ts'
import { isFrozen } from '../subtensor-module/subnets/is-frozen.ts'
import type { hyperparameter } from '../subtensor-module/types.ts'

export type HyperparameterName = ValueOf<typeof hyperparameter>

/** How the chain remembers changes of the weights' version key, which have a limit of their own. */
const versionKeyTransaction = 4

/**
 * Runs a change that the subnet's owner or sudo asks for, under the owner's rules: one change of a hyperparameter per OwnerHyperparamRateLimit
 * tempos (sudo is not limited), none of them shortly before an epoch (sudo neither). Throws BadOrigin, TxRateLimitExceeded or
 * AdminActionProhibitedDuringWeightsWindow. `change` gets the owner's coldkey, undefined where sudo asks.
 */
export function changeHyperparameter(
  ctx: Context,
  origin: Origin,
  netuid: number,
  name: HyperparameterName | 'WeightsVersionKey',
  change: (owner: string | undefined) => void,
): void {
  const owner = ensureSubnetOwnerOrRoot(ctx, origin, netuid)
  if (owner !== undefined) ensure(passesOwnerLimit(ctx, owner, netuid, name), errors.TxRateLimitExceeded)
  ensure(!isFrozen(ctx, netuid), errors.AdminActionProhibitedDuringWeightsWindow)
  change(owner)
  if (owner === undefined) return
  if (name === 'WeightsVersionKey') ctx.set(storage.TransactionKeyLastBlock, owner, netuid, versionKeyTransaction, BigInt(ctx.block))
  else ctx.set(storage.LastRateLimitedBlock, { type: 'OwnerHyperparamUpdate', value: [netuid, name] }, BigInt(ctx.block))
}

function passesOwnerLimit(ctx: Context, owner: string, netuid: number, name: HyperparameterName | 'WeightsVersionKey'): boolean {
  const versionKey = name === 'WeightsVersionKey'
  const last = versionKey
    ? ctx.get(storage.TransactionKeyLastBlock, owner, netuid, versionKeyTransaction)
    : ctx.get(storage.LastRateLimitedBlock, { type: 'OwnerHyperparamUpdate', value: [netuid, name] })
  const tempos = versionKey ? ctx.get(storage.WeightsVersionKeyRateLimit) : BigInt(ctx.get(storage.OwnerHyperparamRateLimit))
  return last === 0n || BigInt(ctx.block) - last >= tempos * BigInt(ctx.get(storage.Tempo, netuid))
}
