import Fastify, { type FastifyInstance } from 'fastify'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { tensorsType } from '../../shared/protocol/pack-tensors.ts'
import { sealedType } from '../../shared/protocol/session.ts'
import { describeError } from './describe-error.ts'
import { guardHeaders, maxHeaders } from './guard-headers.ts'
import { type ConnectionLimits, limitConnections } from './limit-connections.ts'
import { registerChatCompletions } from './routes/chat-completions.ts'
import { registerCompletions } from './routes/completions.ts'
import { registerEmbeddings } from './routes/embeddings.ts'
import { registerHealthz } from './routes/healthz.ts'
import { registerInfer } from './routes/infer.ts'
import { registerMetrics } from './routes/metrics.ts'
import { registerModels } from './routes/models.ts'
import { registerOffer } from './routes/offer.ts'
import { registerOpenings } from './routes/openings.ts'
import { registerSession } from './routes/session.ts'
import { registerStatus } from './routes/status.ts'
import type { ServerContext } from './server-context.ts'

/** What a connection may take of us; every wait on a stranger ends. */
export interface ServerLimits {
  /** A request's headers, and the whole request, must be here after this long. */
  readonly requestTimeoutMs: number
  readonly keepAliveMs: number
  readonly bodyBytes: number
  readonly connections: ConnectionLimits
}

export const serverLimits: ServerLimits = {
  requestTimeoutMs: 10_000,
  keepAliveMs: 30_000,
  bodyBytes: 1_048_576,
  connections: { total: 1_024, perAddress: 128, reserved: 256 },
}

/** Longest silence on a socket, an answer being generated included: the longest deadline that a request can ask for, and some. */
const socketTimeoutMs = 660_000

/** Builds the miner's HTTP server; it does not listen yet. */
export function buildServer(context: ServerContext, limits: ServerLimits = serverLimits): FastifyInstance {
  const server = Fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: socketTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    http: {
      headersTimeout: limits.requestTimeoutMs,
      // Node looks for late requests only this often.
      connectionsCheckingInterval: Math.min(1_000, limits.requestTimeoutMs),
      maxHeaderSize: 16_384,
    },
    clientErrorHandler(error, socket) {
      // What cannot be parsed gets one fixed line and the door.
      if (socket.writable) socket.end('code' in error && error.code === 'HPE_HEADER_OVERFLOW' ? tooManyHeaders : badRequest)
      else socket.destroy()
    },
    frameworkErrors(error, _request, reply) {
      const { status, body } = describeError(error, limits.bodyBytes)
      reply.hijack()
      reply.raw.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
    },
  })
  const guard = limitConnections(server.server, limits.connections, context.isProven)
  server.server.on('request', (request, response) => {
    guard.hold(request.socket)
    response.once('close', () => guard.release(request.socket))
  })
  server.addHook('onRequest', async request => guardHeaders(request.raw))

  server.removeAllContentTypeParsers()
  // The bytes themselves are signed: they are parsed after their signature holds.
  server.addContentTypeParser(['application/json', sealedType, tensorsType], { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  server.setErrorHandler((error, _request, reply) => {
    const { status, body, retryAfterSeconds } = describeError(error, limits.bodyBytes)
    context.onRefusal(body.error.code, status, error)
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
    return reply.code(status).send(body)
  })
  server.setNotFoundHandler(() => {
    throw new AssayError('MINER_NO_ROUTE')
  })

  registerSession(server, context)
  registerCompletions(server, context)
  registerChatCompletions(server, context)
  registerEmbeddings(server, context)
  registerInfer(server, context)
  registerOpenings(server, context)
  registerModels(server, context)
  registerOffer(server, context)
  registerHealthz(server, context)
  registerMetrics(server, context)
  registerStatus(server, context)
  return server
}

/** A whole reply to what is no request that the framework could answer. */
function lastWords(line: string, error: AssayError): string {
  const body = JSON.stringify(describeError(error, 0).body)
  return `HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}
const badRequest = lastWords('400 Bad Request', new AssayError('MINER_BAD_REQUEST'))
const tooManyHeaders = lastWords('431 Request Header Fields Too Large', new AssayError('MINER_HEADERS', { limit: maxHeaders }))
