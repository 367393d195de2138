import type { FastifyInstance } from 'fastify'
import { AssayError } from '../../../shared/errors/assay-error.ts'
import { sessionPath } from '../../../shared/protocol/session.ts'
import type { Claim } from '../../admission/gate.ts'
import type { ServerContext } from '../server-context.ts'

/** No request for a session is longer. */
const bodyBytes = 1_024

/** POST /v1/assay/session: opens a session, in which requests and answers are encrypted and no further signature is needed. */
export function registerSession(server: FastifyInstance, { sessionDoor }: ServerContext): void {
  const claims = new WeakMap<object, Claim>()
  server.post(sessionPath, {
    bodyLimit: bodyBytes,
    async onRequest(request) {
      claims.set(request, sessionDoor.checkHeaders(request.headers, request.ip))
    },
    async handler(request) {
      const claim = claims.get(request)
      if (claim === undefined) throw new AssayError('MINER_INTERNAL')
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      return await sessionDoor.open(claim, { method: request.method, path: request.url, body })
    },
  })
}
