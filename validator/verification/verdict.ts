import type { ErrorCode } from '../../shared/errors/error-table.ts'
import type { AuditReason } from '../../shared/protocol/audit-reason.ts'

/** Plain JSON values that let anybody repeat a decision. */
export type Evidence = Readonly<Record<string, number | string | null>>

/** The result of one check. */
export type Finding =
  | { readonly result: 'pass' }
  | { readonly result: 'fail'; readonly code: ErrorCode; readonly evidence: Evidence }
  | { readonly result: 'inconclusive'; readonly code: ErrorCode; readonly evidence: Evidence }

export type VerdictKind = 'pass' | 'fail' | 'miss' | 'unaudited' | 'void'

/** What became of one request. Only `pass` and `unaudited` carry work; only an audited answer carries an e-value. */
export interface Verdict {
  readonly requestId: string
  readonly minerKey: string
  readonly kind: VerdictKind
  /** Code of the check or the reason of a miss; null for pass and unaudited. A miss has an e-value where a cut-off stream's prefix was audited. */
  readonly code: string | null
  readonly evidence: Evidence
  /** At most 1 in the mean for honest miners: see answerEValue; null where no audit judged it. */
  readonly eValue: number | null
  /** Stream of the evidence that the e-value belongs to. */
  readonly stream: string | null
  /** Verified work units, counted by the validator, at the pay factor of the request's kind. */
  readonly work: number
  /** Work units that the request asked for at most. */
  readonly askedWork: number
  /** Probability with which it was drawn for audit. */
  readonly auditRate: number
  /** From what that follows. */
  readonly auditReason: AuditReason
  /** The block in which the validator had committed to the secret of that draw; null where it had not. */
  readonly commitmentBlock: number | null
}
