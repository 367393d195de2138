import { findStop } from '../../../shared/models/find-stop.ts'
import type { Finding } from '../verdict.ts'
import type { Answer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** Nothing may follow the token with which a stop string is complete: nobody reads it, and it would be paid as work. */
export function checkAfterStop({ arrival: { receipt }, tokenIds, model }: Answer): Finding {
  const end = findStop(model, tokenIds, receipt.sampling.stop ?? [])
  return end === null || end === tokenIds.length ? pass : fail('VERIFY_AFTER_STOP', { end, length: tokenIds.length })
}
