import { findSignatureProblem } from '../../shared/identity/find-signature-problem.ts'
import type { AssayAnswer } from '../../shared/protocol/answer.ts'
import { receiptBytes } from '../../shared/protocol/receipt-bytes.ts'

/** Why a receipt is not signed by this hotkey or by a key that it certified; null where it is. Needs waitForCrypto() first. */
export function receiptProblem(hotkey: string, { receipt, signature, certificate }: AssayAnswer): string | null {
  const { netuid, certificateDigest, times } = receipt
  const at = { signedMs: times.finishedMs, arrivedMs: times.finishedMs }
  const bytes = receiptBytes(receipt)
  return findSignatureProblem({ hotkey, netuid, certificateDigest, bytes, signature, certificate: certificate ?? null, ...at })
}
