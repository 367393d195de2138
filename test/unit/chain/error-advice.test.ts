import { describe, expect, it } from 'vitest'
import { adviseOn, errorAdvice } from '../../../shared/chain/error-advice.ts'
import { readPoolRefusal } from '../../../shared/chain/pool-refusal.ts'
import { adminErrors } from '../../../shared/devchain/pallets/admin-utils/tables.ts'
import { commitmentsErrors } from '../../../shared/devchain/pallets/commitments/tables.ts'
import { errors } from '../../../shared/devchain/pallets/subtensor-module/errors.ts'
import { swapErrors } from '../../../shared/devchain/pallets/swap/tables.ts'
import { AssayError } from '../../../shared/errors/assay-error.ts'

/** Every error that a vector of weights, a commit or a reveal can meet. */
const ofWeights = [
  ...['CanNotSetRootNetworkWeights', 'WeightVecNotEqualSize', 'MechanismDoesNotExist', 'UidsLengthExceedUidsInSubNet'],
  ...['HotKeyNotRegisteredInSubNet', 'NotEnoughStakeToSetWeights', 'IncorrectWeightVersionKey', 'SettingWeightsTooFast'],
  ...['NeuronNoValidatorPermit', 'DuplicateUids', 'UidVecContainInvalidOne', 'WeightVecLengthIsLow', 'MaxWeightExceeded'],
  ...['CommitRevealEnabled', 'CommitRevealDisabled', 'CommittingWeightsTooFast', 'TooManyUnrevealedCommits', 'RevealTooEarly'],
  ...['ExpiredWeightCommit', 'InvalidRevealCommitHashNotMatch', 'NoWeightsCommitFound', 'IncorrectCommitRevealVersion'],
  ...['InvalidRevealRound', 'InputLengthsUnequal'],
]
/** What Substrate itself, its pool, or our own following of a call names. */
const substrate = [
  ...['BadOrigin', 'RequireSudo', 'CallFiltered', 'FundsUnavailable', 'NotExpendable', 'BelowMinimum', 'Call', 'BadSigner'],
  ...['Stale', 'Future', 'BadProof', 'AncientBirthBlock', 'Payment', 'ExhaustsResources', 'PriorityTooLow', 'AlreadyImported'],
  ...['TemporarilyBanned', 'ImmediatelyDropped', 'Dropped', 'Invalid', 'Usurped', 'Expired'],
]
const poolNames = Array.from({ length: 256 }, (_, number) => {
  const error = new AssayError('CHAIN_RPC', { rpcCode: 1010, rpcData: `Custom error: ${number}`, rpcMessage: 'Invalid Transaction' })
  const refusal = readPoolRefusal(error)
  return refusal?.status === 'refused' && !refusal.error.startsWith('Custom') ? refusal.error : null
}).filter(name => name !== null)
/** Reasons that belong to calls which no program of ours makes. */
const foreign = ['EvmKeyAssociateRateLimitExceeded', 'InvalidRealAccount', 'FailedShieldedTxParsing', 'InvalidShieldedTxPubKeyHash']

describe('the advice on errors of the chain', () => {
  it('has a row for every error that weights can meet, by the names of the chain’s own list', () => {
    expect(ofWeights.filter(name => !(name in errors))).toEqual([])
    expect(ofWeights.filter(name => !(name in errorAdvice))).toEqual([])
  })

  it('has a row for every reason of the pool that our calls can meet', () => {
    expect(poolNames.length).toBeGreaterThan(25)
    expect(poolNames.filter(name => !(name in errorAdvice) && !foreign.includes(name))).toEqual([])
  })

  it('names nothing that no chain, pool or program says', () => {
    const known = [errors, adminErrors, commitmentsErrors, swapErrors].flatMap(table => Object.keys(table)).concat(poolNames, substrate)
    expect(Object.keys(errorAdvice).filter(name => !known.includes(name))).toEqual([])
  })

  it('tells what to do in whole sentences, and to stop where it knows nothing', () => {
    for (const [name, { advice }] of Object.entries(errorAdvice)) expect(advice, name).toMatch(/^[A-Z].{15,}\.$/)
    expect(adviseOn('NeverHeardOf').act).toBe('stop')
    expect(adviseOn('toString').act).toBe('stop')
  })
})
