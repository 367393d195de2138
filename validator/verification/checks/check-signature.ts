import { findSignatureProblem } from '../../../shared/identity/find-signature-problem.ts'
import type { Receipt } from '../../../shared/protocol/receipt.ts'
import { receiptBytes } from '../../../shared/protocol/receipt-bytes.ts'
import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** The miner that was asked signed exactly this receipt, by its hotkey or by a key that the hotkey certified. Needs waitForCrypto() first. */
export function checkSignature({ exchange, arrival, netuid }: ReceivedAnswer): Finding {
  const { receipt, signature, certificate, arrivedMs } = arrival
  const bytes = signedBytes(receipt)
  const { certificateDigest, times } = receipt
  const problem =
    bytes === null
      ? 'it has no canonical form'
      : findSignatureProblem({
          ...{ hotkey: exchange.miner.hotkey, netuid, certificateDigest, bytes, signature, certificate },
          ...{ signedMs: times.finishedMs, arrivedMs },
        })
  return problem === null ? pass : fail('VERIFY_SIGNATURE', { signature, problem })
}

// A receipt with a lone surrogate has no canonical bytes, so nobody can have signed it.
function signedBytes(receipt: Receipt): Uint8Array | null {
  try {
    return receiptBytes(receipt)
  } catch {
    return null
  }
}
