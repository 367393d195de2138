import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { statusPage, statusPageHeaders } from '../../page/status-page.ts'
import { describeStatus } from '../../status/describe-status.ts'
import { guardStatus } from '../../status/status-guard.ts'
import type { ServerContext } from '../server-context.ts'

/** GET /status, its tables for people at /status/tables, and the page at / that shows them: for the miner's operator alone. */
export function registerStatus(server: FastifyInstance, { status, statusAccess, keys }: ServerContext): void {
  const guard = {
    async onRequest(request: FastifyRequest, reply: FastifyReply) {
      guardStatus({ ip: request.ip, httpVersion: request.raw.httpVersion, headers: request.headers }, statusAccess, keys)
      reply.header('cache-control', 'no-store')
    },
  }
  server.get('/status', guard, async () => status())
  server.get('/status/tables', guard, async () => describeStatus(status()))
  server.get('/', guard, async (_request, reply) => reply.headers(statusPageHeaders).send(statusPage))
}
