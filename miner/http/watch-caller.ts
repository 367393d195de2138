import type { FastifyReply } from 'fastify'
import { AssayError } from '../../shared/errors/assay-error.ts'

export interface WatchedCaller {
  /** Aborts when the caller is gone, or dropped, before its answer was written. */
  readonly signal: AbortSignal
  /** Treats a caller that does not read its answer as gone. */
  drop(): void
}

/** Watches the connection that waits for a reply. */
export function watchCaller(reply: FastifyReply): WatchedCaller {
  const gone = new AbortController()
  const leave = () => gone.abort(new AssayError('MINER_CALLER_GONE'))
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) leave()
  })
  if (reply.raw.destroyed) leave()
  return {
    signal: gone.signal,
    drop() {
      leave()
      reply.raw.destroy()
    },
  }
}
