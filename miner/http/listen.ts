import type { FastifyInstance } from 'fastify'
import { AssayError } from '../../shared/errors/assay-error.ts'

/** Starts listening; port 0 takes a free one. Returns the port and the base URL. Throws MINER_PORT. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<{ port: number; url: string }> {
  try {
    await server.listen({ host, port, backlog: 511 })
  } catch (cause) {
    throw new AssayError('MINER_PORT', { host, port, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
  const address = server.server.address()
  const taken = typeof address === 'object' && address !== null ? address.port : port
  return { port: taken, url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}` }
}
