import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { AssayError } from '../../shared/errors/assay-error.ts'

export interface ClosingServer {
  /** Refuses new requests with MINER_STOPPING, gives those in flight `graceMs`, calls `hurry` for the rest and ends. */
  close(graceMs: number, hurry: () => void): Promise<void>
}

/** Time for the last refusals to reach their callers. */
const lastWordsMs = 500

/** Follows a server's requests so that it can be closed without cutting answers off; call it before the server listens. */
export function trackRequests(server: FastifyInstance): ClosingServer {
  let open = 0
  let draining = false
  let onIdle = () => {}
  server.addHook('onRequest', async (_request, reply) => {
    // A connection that was refused would look like a miner that is gone; this tells it to come back.
    if (draining) throw new AssayError('MINER_STOPPING')
    open += 1
    // `close` comes in every case, also where the caller went away before its answer.
    reply.raw.once('close', () => {
      open -= 1
      if (open === 0) onIdle()
    })
  })
  const idle = (): Promise<void> =>
    new Promise(resolve => {
      if (open === 0) resolve()
      else onIdle = resolve
    })
  const idleWithin = async (ms: number) => {
    const over = new AbortController()
    await Promise.race([idle(), wait(ms, undefined, { signal: over.signal }).catch(() => {})])
    over.abort()
  }
  return {
    async close(graceMs, hurry) {
      draining = true
      await idleWithin(graceMs)
      hurry()
      await idleWithin(lastWordsMs)
      // What is left is idle keep-alive, or somebody who reads no answers.
      const closed = server.close()
      server.server.closeAllConnections()
      await closed
    },
  }
}
