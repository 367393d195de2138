import { afterEach, describe, expect, it } from 'vitest'
import type { HttpDoor } from '../../../validator/listen-http.ts'
import { createMetrics } from '../../../validator/metrics.ts'
import { openStatusServer, type StatusSources, type ValidatorStatus } from '../../../validator/status-server.ts'

const status: ValidatorStatus = {
  ...{ hotkey: '5x', uid: 3, settledRound: 7, canary: 'passed' },
  weights: { submitted: 1, lastBlock: 90, lastError: null, waiting: null, nextBlock: null, missedTempos: 0, unrevealed: 0, silent: false },
  commitment: { epoch: 12, block: 88, lastError: null },
  duplicates: [],
  miners: [],
  unanswered: [],
}
const servers: HttpDoor[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function serve(changes: Partial<StatusSources> = {}): Promise<HttpDoor> {
  const sources = { registry: createMetrics().registry, readStatus: async () => status, problem: () => null, ...changes }
  const server = await openStatusServer({ host: '127.0.0.1', port: 0 }, sources)
  servers.push(server)
  return server
}

describe('the status page', () => {
  it('shows the status as JSON', async () => {
    const { url } = await serve()
    expect(await (await fetch(`${url}/status`)).json()).toEqual(status)
  })

  it('shows the metrics as Prometheus reads them', async () => {
    const { url } = await serve()
    const response = await fetch(`${url}/metrics`)
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(await response.text()).toContain('assay_validator_settled_round')
  })

  it('says that all is well, and 503 with the reason where it is not', async () => {
    let problem: string | null = null
    const { url } = await serve({ problem: () => problem })
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true, problem: null })
    problem = 'settling fails: disk full'
    const response = await fetch(`${url}/healthz`)
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({ ok: false, problem })
  })

  it('has nothing else, and takes nothing', async () => {
    const { url } = await serve()
    for (const path of ['/', '/status/..', '/status?x=1']) expect((await fetch(`${url}${path}`)).status, path).toBe(404)
    expect((await fetch(`${url}/status`, { method: 'POST' })).status).toBe(404)
  })

  it('answers 500 without the cause where the status cannot be read', async () => {
    const { url } = await serve({ readStatus: () => Promise.reject(new Error('secret')) })
    const response = await fetch(`${url}/status`)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
  })

  it('says which port is taken, and how to choose another', async () => {
    const { url } = await serve()
    const port = Number(new URL(url).port)
    const sources = { registry: createMetrics().registry, readStatus: async () => status, problem: () => null }
    await expect(openStatusServer({ host: '127.0.0.1', port }, sources)).rejects.toMatchObject({
      code: 'VALIDATOR_STATUS_PORT',
      message: expect.stringContaining(`127.0.0.1:${port}`),
      hint: expect.stringContaining('--status-port'),
    })
  })

  it('closes at once, also with a connection that says nothing', async () => {
    const { url } = await serve()
    await fetch(`${url}/healthz`)
    await servers.pop()?.close()
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  })
})
