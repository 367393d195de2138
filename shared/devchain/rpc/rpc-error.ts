import { isAssayError } from '../../errors/assay-error.ts'
import type { PoolRefusal } from '../chain/transaction-pool.ts'
import { ScaleError } from '../scale/scale-error.ts'
import { type InvalidTransaction, invalidTransactionText } from '../transaction-validity.ts'

/** An error as JSON-RPC reports it; codes and texts are a Substrate node's, which clients match on. */
export class RpcError extends Error {
  readonly code: number
  readonly data: string | undefined

  constructor(code: number, message: string, data?: string) {
    super(message)
    this.name = 'RpcError'
    this.code = code
    this.data = data
  }
}

export const invalidParams = (problem: string) => new RpcError(-32602, 'Invalid params', problem)

const unknownValidity = new Set<string>(['CannotLookup', 'NoUnsignedValidator'])

/** 1010 for what is invalid, 1011 for what cannot be judged. */
export function refusalError(refusal: InvalidTransaction): RpcError {
  if (refusal.code === 'Custom') return new RpcError(1010, 'Invalid Transaction', `Custom error: ${refusal.n}`)
  if (unknownValidity.has(refusal.code)) return new RpcError(1011, 'Unknown Transaction Validity', invalidTransactionText[refusal.code])
  return new RpcError(1010, 'Invalid Transaction', invalidTransactionText[refusal.code])
}

/** What the pool says about transactions that are valid but unwelcome. */
export function poolError(refusal: PoolRefusal): RpcError {
  switch (refusal.code) {
    case 'AlreadyImported':
      return new RpcError(1013, 'Transaction Already Imported', refusal.hash)
    case 'TooLowPriority':
      return new RpcError(
        1014,
        `Priority is too low: (${refusal.old} vs ${refusal.new})`,
        'The transaction has too low priority to replace another transaction already in the pool.',
      )
    case 'ImmediatelyDropped':
      return new RpcError(1016, 'Immediately Dropped', "The transaction couldn't enter the pool because of the limit")
  }
}

/** Any thrown value as an RpcError; what is not expected becomes an internal error without its inner workings. */
export function toRpcError(error: unknown): RpcError {
  if (error instanceof RpcError) return error
  if (error instanceof ScaleError) return invalidParams(error.message)
  if (isAssayError(error, 'DEVCHAIN_STATE_DISCARDED')) {
    return new RpcError(4003, `Client error: UnknownBlock: State already discarded for ${String(error.details.hash)}`)
  }
  if (isAssayError(error)) return new RpcError(-32602, error.message)
  return new RpcError(-32603, 'Internal error')
}
