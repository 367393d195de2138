import { type Static, Type } from 'typebox'
import { BlockNumber, Hex32, RequestId } from './fields.ts'

/** A receipt that a validator holds and has not judged in time: published, so that nobody can leave an unwelcome answer unanswered in silence. */
export const UnansweredReceipt = Type.Object(
  {
    requestId: RequestId,
    receiptDigest: Type.Union([Hex32, Type.Null()]),
    round: BlockNumber,
    deadlineBlock: BlockNumber,
    /** Its verdict was due in this block. */
    dueBlock: BlockNumber,
    reason: Type.String({ minLength: 1, maxLength: 300 }),
  },
  { additionalProperties: false },
)
export type UnansweredReceipt = Static<typeof UnansweredReceipt>

/** Receipts of a page, at most. */
export const maxUnanswered = 100
