import type { ModuleErrorRef } from '../../../dispatch-error.ts'
import type { InvalidTransaction } from '../../../transaction-validity.ts'
import { errors } from '../errors.ts'

const codes = new Map<ModuleErrorRef, number>([
  [errors.ColdkeySwapAnnounced, 0],
  [errors.AmountTooLow, 1],
  [errors.NotEnoughStakeToSetWeights, 1],
  [errors.NotEnoughBalanceToStake, 2],
  [errors.SubnetNotExists, 3],
  [errors.HotKeyAccountNotExists, 4],
  [errors.NotEnoughStakeToWithdraw, 5],
  [errors.SettingWeightsTooFast, 6],
  [errors.CommittingWeightsTooFast, 6],
  [errors.NetworkTxRateLimitExceeded, 6],
  [errors.HotKeyNotRegisteredInNetwork, 10],
  [errors.InvalidIpAddress, 11],
  [errors.ServingRateLimitExceeded, 12],
  [errors.InvalidPort, 13],
  [errors.InvalidRevealRound, 15],
  [errors.NoWeightsCommitFound, 16],
  [errors.RevealTooEarly, 17],
  [errors.InputLengthsUnequal, 18],
  [errors.HotKeyNotRegisteredInSubNet, 19],
  [errors.ColdkeySwapDisputed, 21],
  [errors.NonAssociatedColdKey, 25],
  [errors.DelegateTakeTooLow, 26],
  [errors.DelegateTakeTooHigh, 27],
])

/** BadRequest: what the pool says of an error without a number of its own. */
const badRequest = 255

/** How the pool words a refusal: 1010 with the error's number. */
export function refuseInPool(error: ModuleErrorRef): InvalidTransaction {
  return { code: 'Custom', n: codes.get(error) ?? badRequest, error }
}
