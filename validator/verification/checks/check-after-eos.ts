import type { Finding } from '../verdict.ts'
import type { Answer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** Nothing may follow the first end-of-sequence token: padding would be paid as work. */
export function checkAfterEos({ tokenIds, model }: Answer): Finding {
  const end = tokenIds.findIndex(id => model.eosIds.has(id))
  return end < 0 || end === tokenIds.length - 1 ? pass : fail('VERIFY_AFTER_EOS', { end, length: tokenIds.length })
}
