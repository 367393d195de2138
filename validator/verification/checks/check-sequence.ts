import { receiptDigest } from '../../../shared/protocol/receipt-bytes.ts'
import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** A number names one receipt of the pair: a second one under it rewrites what was signed before. A gap is no fault. */
export function checkSequence({ arrival: { receipt }, earlierReceiptDigest }: ReceivedAnswer): Finding {
  if (earlierReceiptDigest === null) return pass
  const digest = receiptDigest(receipt)
  if (digest === earlierReceiptDigest) return pass
  return fail('VERIFY_SEQUENCE', { sequence: receipt.sequence, earlier: earlierReceiptDigest, digest })
}
