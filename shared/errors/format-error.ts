import { isAssayError } from './assay-error.ts'
import { errorTable } from './error-table.ts'

/** The text that a person at a terminal reads: the sentence, what to do, and a stack only where the fault is ours. */
export function formatError(error: unknown): string {
  if (!isAssayError(error)) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  const lines = [`${error.code}: ${error.message}`]
  if (error.hint !== undefined) lines.push(error.hint)
  if (errorTable[error.code].blame === 'self' && error.stack !== undefined) lines.push(error.stack)
  return lines.join('\n')
}
