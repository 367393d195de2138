import { RpcError } from './rpc-error.ts'
import type { RpcScope } from './rpc-scope.ts'
import type { RpcSession } from './rpc-session.ts'

/** The session of a connection that can be notified. Throws where the request came over HTTP. */
export function demandSession(scope: RpcScope): RpcSession {
  if (scope.session === undefined) throw new RpcError(-32601, 'Method not found', 'Subscriptions need a WebSocket connection')
  return scope.session
}
