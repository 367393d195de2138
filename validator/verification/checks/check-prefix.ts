import { findSignatureProblem } from '../../../shared/identity/find-signature-problem.ts'
import { unpackTokenIds } from '../../../shared/protocol/pack-numbers.ts'
import { partialReceiptBytes } from '../../../shared/protocol/partial-receipt.ts'
import { extendStreamDigest, startStreamDigest } from '../../../shared/protocol/stream-digest.ts'
import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** The miner that was asked signed that its stream begins with exactly these tokens. Needs waitForCrypto() first; throws PROTO_SHAPE where what we stored ourselves cannot be read. */
export function checkPrefix({ exchange, netuid }: ReceivedAnswer): Finding {
  const { arrival, miner } = exchange
  if (arrival.kind !== 'partial') return pass
  const { receipt, signature, certificate, tokenIds, arrivedMs } = arrival
  const ids = unpackTokenIds(tokenIds)
  const digest = extendStreamDigest(startStreamDigest(receipt), ids).toString('hex')
  if (receipt.tokens !== ids.length || receipt.streamDigest !== digest)
    return fail('VERIFY_SIGNATURE', { signature, problem: 'it is over other tokens' })
  const bytes = signedBytes()
  const problem =
    bytes === null
      ? 'it has no canonical form'
      : findSignatureProblem({
          ...{ hotkey: miner.hotkey, netuid, certificateDigest: receipt.certificateDigest, bytes, signature, certificate },
          ...{ signedMs: receipt.times.signedMs, arrivedMs },
        })
  return problem === null ? pass : fail('VERIFY_SIGNATURE', { signature, problem })

  // A receipt with a lone surrogate has no canonical bytes, so nobody can have signed it.
  function signedBytes(): Uint8Array | null {
    try {
      return partialReceiptBytes(receipt)
    } catch {
      return null
    }
  }
}
