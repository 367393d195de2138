import { sha256Hex } from '../../../shared/util/sha256-hex.ts'
import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** Text and log-probabilities are those that the receipt names: other bytes prove nothing against who signed it. */
export function checkBytes({ arrival: { receipt, text, logProbs } }: ReceivedAnswer): Finding {
  if (sha256Hex(text) !== receipt.textDigest) return fail('VERIFY_BYTES', { field: 'text' })
  const bytes = Buffer.from(logProbs, 'base64')
  if (bytes.toString('base64') !== logProbs || sha256Hex(bytes) !== receipt.logProbsDigest)
    return fail('VERIFY_BYTES', { field: 'logProbs' })
  return pass
}
