import { isRecord } from './params.ts'
import { RpcError, toRpcError } from './rpc-error.ts'
import type { RpcMethods, RpcScope } from './rpc-scope.ts'

const maxBatch = 1_000
const maxBatchReply = 15 * 1024 * 1024

interface Reply {
  readonly jsonrpc: '2.0'
  readonly id: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: string }
}

/** Answers one message, single or batch, as text; undefined where it held only notifications. Never throws. */
export function answerMessage(text: string, methods: RpcMethods, scope: RpcScope, onFault: (error: unknown) => void): string | undefined {
  const message = parse(text)
  if (message === undefined) return JSON.stringify(errorReply(null, new RpcError(-32700, 'Parse error')))
  if (!Array.isArray(message)) {
    const reply = answerOne(message, methods, scope, onFault)
    return reply === undefined ? undefined : JSON.stringify(reply)
  }
  if (message.length === 0) return JSON.stringify(errorReply(null, new RpcError(-32600, 'Invalid Request')))
  if (message.length > maxBatch)
    return JSON.stringify(errorReply(null, new RpcError(-32010, 'The batch request was too large', `Exceeded max limit of ${maxBatch}`)))
  const replies: string[] = []
  let length = 0
  for (const one of message) {
    const reply = answerOne(one, methods, scope, onFault)
    if (reply === undefined) continue
    const text = JSON.stringify(reply)
    length += text.length
    // A short batch can ask for the metadata a thousand times.
    if (length > maxBatchReply)
      return JSON.stringify(
        errorReply(null, new RpcError(-32011, 'The batch response was too large', `Exceeded max limit of ${maxBatchReply}`)),
      )
    replies.push(text)
  }
  return replies.length === 0 ? undefined : `[${replies.join(',')}]`
}

function answerOne(message: unknown, methods: RpcMethods, scope: RpcScope, onFault: (error: unknown) => void): Reply | undefined {
  if (!isRecord(message) || typeof message.method !== 'string') return errorReply(idOf(message), new RpcError(-32600, 'Invalid Request'))
  const { method, params } = message
  const id = idOf(message)
  const handler = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (handler === undefined) return errorReply(id, new RpcError(-32601, 'Method not found'))
  if (params !== undefined && params !== null && !Array.isArray(params))
    return errorReply(id, new RpcError(-32602, 'Invalid params', 'params must be a list'))
  const isNotification = message.id === undefined
  try {
    const result = handler(scope, params ?? [])
    return isNotification ? undefined : { jsonrpc: '2.0', id, result: result ?? null }
  } catch (error) {
    const rpcError = toRpcError(error)
    if (rpcError.code === -32603) onFault(error)
    return isNotification ? undefined : errorReply(id, rpcError)
  }
}

function errorReply(id: unknown, { code, message, data }: RpcError): Reply {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } }
}

function idOf(message: unknown): unknown {
  const id = isRecord(message) ? message.id : null
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
