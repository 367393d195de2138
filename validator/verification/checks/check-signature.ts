import { decodeSs58 } from '../../../shared/identity/ss58.ts'
import { verifySr25519 } from '../../../shared/identity/verify-signature.ts'
import type { Receipt } from '../../../shared/protocol/receipt.ts'
import { receiptBytes } from '../../../shared/protocol/receipt-bytes.ts'
import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** The miner that was asked signed exactly this receipt. Needs waitForCrypto() first; throws WALLET_ADDRESS where the chain's hotkey is no address. */
export function checkSignature({ exchange, arrival }: ReceivedAnswer): Finding {
  const bytes = signedBytes(arrival.receipt)
  const signature = Buffer.from(arrival.signature.slice(2), 'hex')
  const holds = bytes !== null && verifySr25519(signature, bytes, decodeSs58(exchange.miner.hotkey))
  return holds ? pass : fail('VERIFY_SIGNATURE', { signature: arrival.signature })
}

// A receipt with a lone surrogate has no canonical bytes, so nobody can have signed it.
function signedBytes(receipt: Receipt): Uint8Array | null {
  try {
    return receiptBytes(receipt)
  } catch {
    return null
  }
}
