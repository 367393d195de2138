import { type Static, Type } from 'typebox'
import { RequestId } from './fields.ts'

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/**
 * Why a miner's receipts were audited at a rate: with the subnet file the rate follows from these values, and a miner can count them in
 * its own verdicts.
 */
export const AuditReason = Type.Object(
  {
    kind: Type.Union([
      Type.Literal('fixed'),
      Type.Literal('probation'),
      Type.Literal('after failure'),
      Type.Literal('decaying'),
      Type.Literal('steady'),
    ]),
    /** Audited answers since the miner was new, or since its last failure. */
    audited: count,
    /** Its answers in a round, in the mean of the last ones. */
    answers: Type.Number({ minimum: 0 }),
    /** The request of the last failure; null where there was none. */
    failedAt: Type.Union([RequestId, Type.Null()]),
  },
  { additionalProperties: false },
)
export type AuditReason = Static<typeof AuditReason>

/** The reason in words. */
export function explainAuditReason({ kind, audited, answers, failedAt }: AuditReason): string {
  const since = failedAt === null ? 'since it was new' : `since the failure at ${failedAt}`
  if (kind === 'fixed') return 'fixed: the rate of the subnet file'
  if (kind === 'probation') return `probation: ${audited} answers audited ${since}`
  if (kind === 'after failure') return `after failure at ${failedAt}: ${audited} answers audited since`
  return `${kind}: ${audited} answers audited ${since}, ${answers.toFixed(1)} answers in a round`
}
