import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AssayError } from '../../../shared/errors/assay-error.ts'
import { findKey } from '../key-door.ts'
import type { ServerContext } from '../server-context.ts'

/** GET /v1/models and /v1/models/NAME: what this miner serves, which is no secret; a key that is shown must be a true one. */
export function registerModels(server: FastifyInstance, context: ServerContext): void {
  const checkKey = async (request: FastifyRequest) => {
    if (request.headers.authorization !== undefined) findKey(context, request)
  }
  server.get('/v1/models', { onRequest: checkKey }, async () => ({ object: 'list', data: context.models() }))
  server.get<{ Params: { name: string } }>('/v1/models/:name', { onRequest: checkKey }, async ({ params }) => {
    const cards = context.models()
    const card = cards.find(({ id }) => id === params.name)
    if (card === undefined) throw new AssayError('MINER_MODEL', { model: cards.map(({ id }) => id).join(', ') })
    return card
  })
}
