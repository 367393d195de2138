import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { Ask } from '../../shared/protocol/ask.ts'
import { epistulaHeaders } from '../../shared/protocol/epistula.ts'
import type { OpenRequest } from '../../shared/protocol/open-request.ts'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { createAskDoor } from './ask-door.ts'
import { createKeyDoor, type OpenKind } from './key-door.ts'
import type { ServerContext } from './server-context.ts'

export interface AnswerRoute {
  readonly path: string
  readonly kind: OpenKind
  readonly parseAsk: (value: unknown) => Ask
  readonly parseOpen: (value: unknown) => OpenRequest
}

/** Registers one route with two doors: one for validators, whose requests are signed or sealed, and one for callers with an API key. */
export function registerAnswerRoute(server: FastifyInstance, route: AnswerRoute, context: ServerContext): void {
  const asks = createAskDoor(route, context)
  const keys = createKeyDoor(route.kind, route.parseOpen, context)
  const doorOf = (request: FastifyRequest) => (bearsKey(request) ? keys : asks)
  server.post(route.path, {
    async onRequest(request) {
      const encoding = request.headers['content-encoding']
      if (encoding !== undefined && encoding !== 'identity') throw new AssayError('MINER_ENCODING')
      if (isAnonymous(request)) throw new AssayError('MINER_NO_CALLER')
      doorOf(request).enter(request)
    },
    handler: (request, reply) => doorOf(request).answer(request, reply),
  })
}

/** A newcomer with a client of OpenAI and no key: what our own headers should hold would tell it nothing. */
function isAnonymous({ headers }: FastifyRequest): boolean {
  return (
    headers.authorization === undefined && !Object.keys(headers).some(name => name.startsWith('assay-') || name.startsWith('epistula-'))
  )
}

/** Whoever proves itself as a validator may send what else it likes. */
function bearsKey({ headers }: FastifyRequest): boolean {
  return headers.authorization !== undefined && headers[authHeaders.scheme] === undefined && headers[epistulaHeaders.version] === undefined
}
