import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AssayError } from '../shared/errors/assay-error.ts'

/** A server of the validator's own, for its operator or for miners. */
export interface HttpDoor {
  readonly url: string
  /** Ends what is open and stops listening. */
  close(): Promise<void>
}

export interface HttpAddress {
  readonly host: string
  readonly port: number
}

/** Listens with deadlines and a bound on connections; port 0 picks a free one. Throws the given code where the address cannot be had. */
export async function listenHttp(
  server: Server,
  { host, port }: HttpAddress,
  { maxConnections, code }: { readonly maxConnections: number; readonly code: 'VALIDATOR_STATUS_PORT' | 'VALIDATOR_VERDICT_PORT' },
): Promise<HttpDoor> {
  server.requestTimeout = 10_000
  server.headersTimeout = 5_000
  server.maxConnections = maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => reject(new AssayError(code, { host, port, problem: cause.message }, { cause })))
    server.listen(port, host, () => resolve())
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
