import type { FastifyReply, FastifyRequest } from 'fastify'

/** One way into a route: a kind of caller, and what it may ask. */
export interface Door {
  /** Judges what the headers tell, before the body is read; throws the refusal. */
  enter(request: FastifyRequest): void
  /** Answers a request that came in; the whole body is there. */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
}

/** The bytes of a request's body. */
export function bodyOf(request: FastifyRequest): Uint8Array {
  return Buffer.isBuffer(request.body) ? request.body : new Uint8Array()
}
