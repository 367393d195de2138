import type { FastifyInstance } from 'fastify'
import { AssayError } from '../../../shared/errors/assay-error.ts'
import { offerPath } from '../../../shared/protocol/offer.ts'
import type { ServerContext } from '../server-context.ts'

/** GET /v1/assay/offer: what this miner offers in this epoch, signed, for everybody. */
export function registerOffer(server: FastifyInstance, { offer }: ServerContext): void {
  server.get(offerPath, async () => {
    const page = offer()
    if (page === null) throw new AssayError('MINER_NO_ROUTE')
    return page
  })
}
