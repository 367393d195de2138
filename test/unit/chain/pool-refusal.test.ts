import { describe, expect, it } from 'vitest'
import { readPoolRefusal } from '../../../shared/chain/pool-refusal.ts'
import { AssayError } from '../../../shared/errors/assay-error.ts'

const refusal = (rpcCode: number, rpcMessage: string, rpcData?: unknown) =>
  readPoolRefusal(
    new AssayError('CHAIN_RPC', { call: 'author_submitAndWatchExtrinsic', problem: rpcMessage, rpcCode, rpcMessage, rpcData }),
  )

describe('a refusal of the pool', () => {
  it.each([
    [1010, 'Invalid Transaction', 'Custom error: 1', 'StakeAmountTooLow'],
    [1010, 'Invalid Transaction', 'Custom error: 6', 'RateLimitExceeded'],
    [1010, 'Invalid Transaction', 'Custom error: 19', 'UidNotFound'],
    [1010, 'Invalid Transaction', 'Custom error: 255', 'BadRequest'],
    [1010, 'Invalid Transaction', 'Custom error: 99', 'Custom99'],
    [1010, '{"invalid":{"custom":11}}', undefined, 'InvalidIpAddress'],
    [1010, '{"invalid":{"badProof":null}}', undefined, 'BadProof'],
    [1010, '{"invalid":"Stale"', undefined, 'InvalidTransaction'],
    [1010, 'Invalid Transaction', 'Transaction is outdated', 'Stale'],
    [1010, 'Invalid Transaction', 'Transaction has a bad signature', 'BadProof'],
    [1010, 'Invalid Transaction', 'Inability to pay some fees (e.g. account balance too low)', 'Payment'],
    [1010, 'Invalid Transaction', 'something new', 'InvalidTransaction'],
    [1014, 'Priority is too low: (1 vs 1)', 'The transaction has too low priority', 'PriorityTooLow'],
    [1013, 'Transaction is already in the pool', undefined, 'AlreadyImported'],
  ])('%i %s %s is named %s%s', (code, message, data, error) => {
    expect(refusal(code, message, data)).toEqual({ status: 'refused', error, docs: data ?? message })
  })

  it('is told from errors that are none', () => {
    expect(refusal(-32_601, 'Method not found')).toBeNull()
    expect(readPoolRefusal(new AssayError('CHAIN_TIMEOUT', {}))).toBeNull()
  })
})
