import type { ErrorCode } from '../../../shared/errors/error-table.ts'
import type { Evidence, Finding } from '../verdict.ts'

export const pass: Finding = { result: 'pass' }

/** The claim is refuted; `evidence` lets anybody see it. */
export function fail(code: ErrorCode, evidence: Evidence): Finding {
  return { result: 'fail', code, evidence }
}

/** Unusual, and worth a record, but an honest miner may do it too. */
export function inconclusive(code: ErrorCode, evidence: Evidence): Finding {
  return { result: 'inconclusive', code, evidence }
}
