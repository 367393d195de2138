import type { FastifyInstance } from 'fastify'
import { AssayError } from '../../../shared/errors/assay-error.ts'
import { openingsPath, parseOpeningAsk } from '../../../shared/protocol/opening.ts'
import { authHeaders } from '../../../shared/protocol/request-auth.ts'
import { sealedType } from '../../../shared/protocol/session.ts'
import type { Claim } from '../../admission/gate.ts'
import { bodyOf } from '../door.ts'
import { readJson } from '../read-json.ts'
import type { ServerContext } from '../server-context.ts'

/** No request for an opening is longer. */
const bodyBytes = 1_024

/** POST /v1/assay/openings: shows the validator that holds a receipt what it committed to; through the door of asks, signed or sealed alike. */
export function registerOpenings(server: FastifyInstance, context: ServerContext): void {
  const claims = new WeakMap<object, Claim>()
  server.post(openingsPath, {
    bodyLimit: bodyBytes,
    async onRequest(request) {
      const encoding = request.headers['content-encoding']
      if (encoding !== undefined && encoding !== 'identity') throw new AssayError('MINER_ENCODING')
      const claim = context.gate.checkHeaders(request.headers, request.ip)
      if (claim.kind === 'signed' && claim.auth.scheme !== 'assay-1')
        throw new AssayError('MINER_AUTH_HEADERS', { header: authHeaders.scheme })
      claims.set(request, claim)
    },
    async handler(request, reply) {
      const claim = claims.get(request)
      if (claim === undefined) throw new AssayError('MINER_INTERNAL')
      const admitted = await context.gate.prove(claim, { method: request.method, path: request.url, body: bodyOf(request) })
      const opening = context.open(parseOpeningAsk(readJson(admitted.body)), admitted.caller)
      if (admitted.reply === null) return opening
      return reply.type(sealedType).send(admitted.reply.whole(Buffer.from(JSON.stringify(opening))))
    },
  })
}
