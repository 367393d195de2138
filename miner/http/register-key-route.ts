import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { KeyCaller } from '../keys/create-key-ring.ts'
import { findKey } from './key-door.ts'
import type { ServerContext } from './server-context.ts'
import { watchCaller } from './watch-caller.ts'

/** A request of a caller with an API key. */
export interface KeyArrival {
  readonly key: KeyCaller
  readonly receivedAtMs: number
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal
}

export interface KeyRoute {
  readonly path: string
  /** Bytes of a body at most; the server's own limit unless given. */
  readonly bodyLimit?: number
  answer(request: FastifyRequest, arrival: KeyArrival, reply: FastifyReply): Promise<unknown>
}

/** Adds a POST route for callers with an API key alone: the key is looked at before the body is read, and holds one of its places while it is answered. */
export function registerKeyRoute(server: FastifyInstance, context: ServerContext, { path, bodyLimit, answer }: KeyRoute): void {
  const arrivals = new WeakMap<object, Omit<KeyArrival, 'signal'>>()
  server.post(path, {
    ...(bodyLimit !== undefined && { bodyLimit }),
    async onRequest(request) {
      arrivals.set(request, { key: findKey(context, request), receivedAtMs: context.monotonicMs() })
    },
    async handler(request, reply) {
      const arrival = arrivals.get(request)
      if (arrival === undefined) throw new AssayError('MINER_INTERNAL')
      const { signal } = watchCaller(reply)
      const leave = arrival.key.enter()
      try {
        return await answer(request, { ...arrival, signal }, reply)
      } finally {
        leave()
      }
    },
  })
}
