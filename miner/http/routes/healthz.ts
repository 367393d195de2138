import type { FastifyInstance } from 'fastify'
import type { ServerContext } from '../server-context.ts'

/** GET /healthz: 200 while the miner serves, 503 while it cannot earn. */
export function registerHealthz(server: FastifyInstance, context: ServerContext): void {
  server.get('/healthz', async (_request, reply) => {
    const { ok, ...health } = context.health()
    return reply.code(ok ? 200 : 503).send(health)
  })
}
