import { AssayError, isAssayError } from '../../errors/assay-error.ts'
import { type ErrorCode, errorTable } from '../../errors/error-table.ts'
import type { SentError } from './worker-messages.ts'

/** An error as it goes to another process. */
export function sentError(error: unknown): SentError {
  if (isAssayError(error)) return { code: error.code, details: error.details, message: error.message }
  return { message: error instanceof Error ? error.message : String(error) }
}

/** The error that another process sent; one without a code of ours gets `otherwise`. */
export function receivedError({ code, details, message }: SentError, otherwise: ErrorCode, model: string): AssayError {
  const known = code !== undefined && code in errorTable ? (code as ErrorCode) : undefined
  return known === undefined ? new AssayError(otherwise, { model, problem: message }) : new AssayError(known, details)
}
