import type { FastifyInstance, FastifyReply } from 'fastify'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { Ask } from '../../shared/protocol/ask.ts'
import type { Claim } from '../admission/gate.ts'
import { readJson } from './read-json.ts'
import type { ServerContext } from './server-context.ts'

interface Arrival extends Claim {
  readonly receivedMs: number
  readonly receivedAtMs: number
}

/** Registers one route for validators: the headers are judged before the body is read, the signature before the body is parsed. */
export function registerAskRoute(server: FastifyInstance, path: string, parse: (value: unknown) => Ask, context: ServerContext): void {
  const arrivals = new WeakMap<object, Arrival>()
  server.post(path, {
    async onRequest(request) {
      const { headers } = request
      if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') throw new AssayError('MINER_ENCODING')
      const claim = context.gate.checkHeaders(headers, request.ip)
      arrivals.set(request, { ...claim, receivedMs: context.nowMs(), receivedAtMs: context.monotonicMs() })
    },
    async handler(request, reply) {
      const arrival = arrivals.get(request)
      if (arrival === undefined) throw new AssayError('MINER_INTERNAL')
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      context.gate.prove(arrival, { method: request.method, path: request.url, body })
      const ask = parse(readJson(body))
      const { caller, id } = arrival.auth
      if (ask.assay.requestId !== id) throw new AssayError('MINER_REQUEST_ID')
      const { receivedMs, receivedAtMs } = arrival
      return await context.answer({ ask, caller, receivedMs, receivedAtMs, signal: goneSignal(reply) })
    },
  })
}

/** Aborts when the connection closes before the answer was written. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) gone.abort(new AssayError('MINER_CALLER_GONE'))
  })
  if (reply.raw.destroyed) gone.abort(new AssayError('MINER_CALLER_GONE'))
  return gone.signal
}
