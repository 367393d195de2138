import type { Context } from '../../context.ts'
import { ensure } from '../../dispatch-error.ts'
import type { Origin } from '../../origin.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { ensureSubnetOwnerOrRoot } from '../subtensor-module/checks/ensure-subnet-owner.ts'
import { type LimitedTransaction, passesSubnetLimit, rememberOnSubnet } from '../subtensor-module/checks/subnet-rate-limit.ts'
import { errors } from '../subtensor-module/errors.ts'
import { isFrozen } from '../subtensor-module/subnets/is-frozen.ts'
import type { hyperparameter } from '../subtensor-module/types.ts'

export type HyperparameterName = ValueOf<typeof hyperparameter>

/**
 * Runs a change that the subnet's owner or sudo asks for, under the owner's rules: one change of a hyperparameter per OwnerHyperparamRateLimit
 * tempos (sudo is not limited; a few changes have limits of their own), none of them shortly before an epoch (sudo neither). Throws
 * BadOrigin, TxRateLimitExceeded or AdminActionProhibitedDuringWeightsWindow. `change` gets the owner's coldkey, undefined where sudo asks.
 */
export function changeHyperparameter(
  ctx: Context,
  origin: Origin,
  netuid: number,
  name: HyperparameterName | LimitedTransaction,
  change: (owner: string | undefined) => void,
): void {
  const owner = ensureSubnetOwnerOrRoot(ctx, origin, netuid)
  if (owner !== undefined) ensure(passesSubnetLimit(ctx, owner, netuid, name), errors.TxRateLimitExceeded)
  ensure(!isFrozen(ctx, netuid), errors.AdminActionProhibitedDuringWeightsWindow)
  change(owner)
  if (owner !== undefined) rememberOnSubnet(ctx, owner, netuid, name)
}
