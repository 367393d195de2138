import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { AssayError } from '../shared/errors/assay-error.ts'

/** What the operator sees at GET /status; it never leaves the operator's own machine before the weights it led to are public. */
export interface ValidatorStatus {
  readonly hotkey: string
  readonly uid: number | null
  readonly settledRound: number | null
  readonly canary: 'passed' | 'failed' | 'pending'
  readonly weights: { readonly submitted: number; readonly lastBlock: number | null; readonly lastError: string | null }
  readonly miners: readonly MinerStatus[]
}

export interface MinerStatus {
  readonly hotkey: string
  readonly verdicts: Readonly<Record<'pass' | 'fail' | 'miss' | 'unaudited' | 'void', number>>
  readonly codes: Readonly<Record<string, number>>
  /** log10 of the evidence against it. */
  readonly evidence: number
  readonly convicted: boolean
  /** Verified work units per second. */
  readonly score: number
  /** Work units per second that it is offered now. */
  readonly offered: number
}

export interface StatusServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves /status, /metrics and /healthz to the operator. */
export async function openStatusServer(
  address: { readonly host: string; readonly port: number },
  { registry, readStatus }: { readonly registry: Registry; readStatus(): Promise<ValidatorStatus> },
): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string) => response.writeHead(status, { 'content-type': type }).end(body)
    const json = (status: number, value: unknown) => answer(status, 'application/json', JSON.stringify(value))
    const route = request.method === 'GET' ? request.url : undefined
    const work = async () => {
      if (route === '/status') json(200, await readStatus())
      else if (route === '/metrics') answer(200, registry.contentType, await registry.metrics())
      else if (route === '/healthz') json(200, { ok: true })
      else json(404, { error: { code: 'NOT_FOUND', message: 'There are /status, /metrics and /healthz.' } })
    }
    work().catch(() => {
      if (!response.headersSent) json(500, { error: { code: 'INTERNAL', message: 'The status cannot be read now.' } })
    })
  })
  server.requestTimeout = 10_000
  await listen(server, address)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${address.host}:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', cause => reject(new AssayError('VALIDATOR_STATUS_PORT', { host, port, problem: cause.message }, { cause })))
    server.listen(port, host, () => resolve())
  })
}
