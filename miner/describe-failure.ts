import { isAssayError } from '../shared/errors/assay-error.ts'

/** What may be logged of a failure. */
export interface LoggedFailure {
  readonly problem: string
  readonly stack: readonly string[]
}

/**
 * A failure as it may be logged: the sentence of an error of our own table, the kind and place of any other. Messages of others, and
 * causes, may quote what they choked on, and that may be a user's prompt.
 */
export function describeFailure(error: unknown): LoggedFailure {
  const stack = error instanceof Error ? (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line)) : []
  const cause = error instanceof Error ? error.cause : undefined
  const kind = error instanceof Error ? error.name : typeof error
  const problem = isAssayError(error) ? error.message : kind
  const because = cause instanceof Error && stack.length > 0 ? ` (${cause.name})` : ''
  const deepest = cause instanceof Error ? (cause.stack ?? '').split('\n').filter(line => /^\s+at /.test(line)) : stack
  return { problem: problem + because, stack: deepest.slice(0, 10).map(line => line.trim()) }
}
