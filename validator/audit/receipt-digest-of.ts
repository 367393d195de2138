import { partialReceiptDigest } from '../../shared/protocol/partial-receipt.ts'
import { receiptDigest } from '../../shared/protocol/receipt-bytes.ts'
import type { Arrival } from '../query/exchange.ts'

/** The digest of the receipt that stands for an answer: the final one, or the last partial one of a stream that was cut off. Null where nothing was signed, or nothing that has a digest. */
export function receiptDigestOf(arrival: Arrival): string | null {
  if (arrival.kind === 'none') return null
  try {
    return arrival.kind === 'partial' ? partialReceiptDigest(arrival.receipt) : receiptDigest(arrival.receipt)
  } catch {
    return null
  }
}
