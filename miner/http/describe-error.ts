import { AssayError, isAssayError } from '../../shared/errors/assay-error.ts'
import { errorTable } from '../../shared/errors/error-table.ts'

/** What a caller is told of an error, in OpenAI's form: never a stack, a path or a cause. */
export interface ErrorReply {
  readonly status: number
  readonly body: {
    readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string }
  }
  /** Value of Retry-After, where trying again may help. */
  readonly retryAfterSeconds?: number
}

const maxMessage = 300

/** The reply for whatever was thrown while a request was handled. */
export function describeError(error: unknown, bodyLimit: number): ErrorReply {
  const known = isAssayError(error) ? error : fromFastify(error, bodyLimit)
  const { status, blame, retry } = errorTable[known.code]
  const fixed = blame !== 'caller' && !known.code.startsWith('MINER_')
  const message = fixed ? errorTable.MINER_INTERNAL.sentence : known.message
  const { param, retryAfterMs } = known.details
  // An operator's or a chain's 4xx is our own failure in the eyes of a caller.
  const told = blame === 'caller' || status >= 500 ? status : 500
  const described = {
    message: message.length > maxMessage ? `${message.slice(0, maxMessage)}...` : message,
    type: typeOf(told),
    param: !fixed && typeof param === 'string' ? param : null,
    code: known.code,
  }
  const reply = { status: told, body: { error: described } }
  if (!retry || (reply.status !== 429 && reply.status !== 503)) return reply
  return { ...reply, retryAfterSeconds: Math.max(1, Math.ceil((typeof retryAfterMs === 'number' ? retryAfterMs : 1_000) / 1_000)) }
}

/** The field's names for kinds of errors. */
function typeOf(status: number): string {
  if (status >= 500) return 'server_error'
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 429) return 'rate_limit_error'
  return 'invalid_request_error'
}

function fromFastify(error: unknown, limit: number): AssayError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AssayError('MINER_BODY_SIZE', { limit })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return new AssayError('MINER_MEDIA_TYPE')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
      return new AssayError('MINER_BAD_REQUEST')
    default:
      return new AssayError(isCutBody(error) ? 'MINER_CALLER_GONE' : 'MINER_INTERNAL', {}, { cause: error })
  }
}

/** The connection went in the middle of a request's body: fastify marks what it could not read as the caller's; an engine's own lost connection has no such mark. */
function isCutBody(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && 'statusCode' in error && error.statusCode === 400
}
