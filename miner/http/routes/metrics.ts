import type { FastifyInstance } from 'fastify'
import type { ServerContext } from '../server-context.ts'

/** GET /metrics: the figures in Prometheus' text form. */
export function registerMetrics(server: FastifyInstance, context: ServerContext): void {
  server.get('/metrics', async (_request, reply) => reply.type(context.metrics.contentType).send(await context.metrics.metrics()))
}
