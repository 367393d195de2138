import { type ErrorCode, errorTable } from './error-table.ts'

export type ErrorDetails = Readonly<Record<string, unknown>>

/** The one error class: a code of the table, the details that fill its sentence, and the cause where there is one. */
export class AssayError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: { cause?: unknown } = {}) {
    super(fillSentence(errorTable[code].sentence, details), options)
    this.name = 'AssayError'
    this.code = code
    this.details = details
  }

  get status(): number {
    return errorTable[this.code].status
  }

  get retry(): boolean {
    return errorTable[this.code].retry
  }

  get exitCode(): number {
    return errorTable[this.code].exitCode ?? 1
  }

  get hint(): string | undefined {
    const hint = errorTable[this.code].hint
    return hint === undefined ? undefined : fillSentence(hint, this.details)
  }
}

/** Says whether a caught value is an AssayError, of one code where a code is given. */
export function isAssayError(error: unknown, code?: ErrorCode): error is AssayError {
  return error instanceof AssayError && (code === undefined || error.code === code)
}

function fillSentence(sentence: string, details: ErrorDetails): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => show(details[name]))
}

function show(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Error) return value.message
  // Values shown to people stay short: what peers send may be megabytes.
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 300 ? `${text.slice(0, 300)}...` : text
}
