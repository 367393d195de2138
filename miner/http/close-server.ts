import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

export interface ClosingServer {
  /** Takes no more requests, gives those in flight `graceMs`, calls `hurry` for the rest and ends. */
  close(graceMs: number, hurry: () => void): Promise<void>
}

/** Time for the last refusals to reach their callers. */
const lastWordsMs = 500

/** Follows a server's requests so that it can be closed without cutting answers off; call it before the server listens. */
export function trackRequests(server: FastifyInstance): ClosingServer {
  let open = 0
  let onIdle = () => {}
  server.addHook('onRequest', async (_request, reply) => {
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
      const closed = server.close()
      await idleWithin(graceMs)
      hurry()
      await idleWithin(lastWordsMs)
      // What is left is idle keep-alive, or somebody who reads no answers.
      server.server.closeAllConnections()
      await closed
    },
  }
}
