import { answerText } from '../../../shared/models/answer-text.ts'
import { sha256Hex } from '../../../shared/util/sha256-hex.ts'
import type { Finding } from '../verdict.ts'
import type { Answer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** The user read what was paid for: the signed token ids decode to the signed text. Compared by digest, because the digest is what was signed. */
export function checkText({ arrival: { receipt }, tokenIds, model }: Answer): Finding {
  const decoded = sha256Hex(answerText(model, tokenIds, receipt.sampling.stop))
  return decoded === receipt.textDigest ? pass : fail('VERIFY_TEXT', { decoded, signed: receipt.textDigest })
}
