import type { SubmitResult } from '../../chain/chain.ts'
import type { TransactionStatus } from '../../chain/transaction-pool.ts'
import { toHex } from '../../hashing.ts'
import { queryFeeDetails, queryInfo } from '../../runtime-apis/core-apis.ts'
import { ScaleError } from '../../scale/scale-error.ts'
import { demandSession } from '../demand-session.ts'
import { hexParam } from '../params.ts'
import { poolError, RpcError, refusalError } from '../rpc-error.ts'
import type { RpcMethods, RpcScope } from '../rpc-scope.ts'
import { unsubscribe } from './chain-methods.ts'

/** Sending transactions, watching what becomes of them, and what they cost. */
export const authorMethods: RpcMethods = {
  author_submitExtrinsic: (scope, [bytes]) => submit(scope, bytes),
  author_submitAndWatchExtrinsic(scope, [bytes]) {
    return demandSession(scope).subscribe('author_extrinsicUpdate', notify => {
      let watching = true
      submit(scope, bytes, status => {
        if (watching) notify(status, isLast(status))
      })
      return () => {
        watching = false
      }
    })
  },
  author_unwatchExtrinsic: unsubscribe,
  author_pendingExtrinsics: ({ chain }) => chain.pool.pending().map(({ xt }) => `0x${toHex(xt.bytes)}`),
  payment_queryInfo({ chain }, [bytes]) {
    const xt = hexParam(bytes, 'extrinsic')
    const info = queryInfo(chain.runtime, xt, xt.length)
    return {
      weight: { ref_time: Number(info.weight.ref_time), proof_size: Number(info.weight.proof_size) },
      class: info.class.toLowerCase(),
      partialFee: info.partial_fee.toString(),
    }
  },
  payment_queryFeeDetails({ chain }, [bytes]) {
    const xt = hexParam(bytes, 'extrinsic')
    const { inclusion_fee: fee } = queryFeeDetails(chain.runtime, xt, xt.length)
    if (fee === undefined) return { inclusionFee: null }
    return {
      inclusionFee: {
        baseFee: hexNumber(fee.base_fee),
        lenFee: hexNumber(fee.len_fee),
        adjustedWeightFee: hexNumber(fee.adjusted_weight_fee),
      },
    }
  },
}

/** Gives the hash of what entered the pool; throws 1001 for bytes that are no extrinsic, 1010 to 1016 for what is refused. */
export function submit({ chain, producer }: RpcScope, value: unknown, listener?: (status: TransactionStatus) => void): string {
  const bytes = hexParam(value, 'extrinsic')
  const result = decodeAndSubmit()
  if ('refusal' in result) throw refusalError(result.refusal)
  if ('poolRefusal' in result) throw poolError(result.poolRefusal)
  producer.transactionArrived()
  return result.hash

  function decodeAndSubmit(): SubmitResult {
    try {
      return chain.submit(bytes, listener)
    } catch (error) {
      if (error instanceof ScaleError) throw new RpcError(1001, `Extrinsic has invalid format: ${error.message}`)
      throw error
    }
  }
}

/** Nothing follows these; a watcher's subscription ends with them. */
function isLast(status: TransactionStatus): boolean {
  if (typeof status === 'string') return status === 'invalid' || status === 'dropped'
  return 'finalized' in status || 'usurped' in status
}

const hexNumber = (value: bigint) => `0x${value.toString(16)}`
