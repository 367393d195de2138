import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildServer, serverLimits } from '../../miner/http/build-server.ts'
import { listen } from '../../miner/http/listen.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { sendRaw } from '../support/test-miner.ts'

/** Writes one byte every 20 ms until the other side closes; resolves with how long that took. */
const drip = (port: number, first: string, localAddress: string) =>
  new Promise<number>((resolve, reject) => {
    const started = performance.now()
    const socket = connect({ host: '127.0.0.1', port, localAddress })
    const timer = setInterval(() => socket.write('a'), 20)
    socket.on('connect', () => socket.write(first))
    socket.on('error', error => ('code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET') ? undefined : reject(error)))
    socket.resume()
    socket.on('close', () => {
      clearInterval(timer)
      resolve(performance.now() - started)
    })
  })

describe('F10: requests that arrive one byte at a time', () => {
  const gate = {
    checkHeaders: () => {
      throw new AssayError('MINER_SIGNATURE')
    },
    prove: () => Promise.reject(new AssayError('MINER_SIGNATURE')),
  }
  const sessionDoor = { checkHeaders: gate.checkHeaders, open: gate.prove }
  const refuse = () => Promise.reject(new AssayError('MINER_STOPPING'))
  const server = buildServer(
    {
      ...{
        gate,
        sessionDoor,
        keys: null,
        models: () => [],
        complete: refuse,
        embed: refuse,
        infer: refuse,
        answer: refuse,
        offer: () => null,
        onRefusal: () => {},
        nowMs: () => Date.now(),
        monotonicMs: () => performance.now(),
      },
      metrics: { contentType: 'text/plain', metrics: async () => '' },
      statusAccess: 'off',
      open: () => {
        throw new AssayError('MINER_STOPPING')
      },
      status: () => {
        throw new AssayError('MINER_STOPPING')
      },
      health: () => ({
        ok: true,
        status: 'serving',
        hotkey: '',
        netuid: 2,
        model: '',
        manifestDigest: '',
        provider: '',
        waiting: 0,
        block: 0,
        metagraphAgeSeconds: 0,
      }),
    },
    { ...serverLimits, requestTimeoutMs: 400, connections: { total: 100, perAddress: 8, reserved: 10 } },
  )
  let address: { port: number; url: string }
  beforeAll(async () => {
    address = await listen(server, '127.0.0.1', 0)
  })
  afterAll(() => server.close())

  it.each([
    ['in the headers', 'POST /v1/completions HTTP/1.1\r\nhost: x\r\nassay-id: '],
    ['in the body', 'POST /healthz HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n'],
  ])('are closed when their time is over, and disturb nobody: %s', async (_, first) => {
    const slow = Array.from({ length: 8 }, () => drip(address.port, first, '127.0.0.6'))
    const health = await sendRaw(address.url, { method: 'GET', path: '/healthz', headers: {}, body: new Uint8Array() })
    expect(health.status).toBe(200)
    for (const elapsedMs of await Promise.all(slow)) expect(elapsedMs).toBeLessThan(5_000)
  })

  it('hold no more connections than one address may', async () => {
    const first = 'POST /v1/completions HTTP/1.1\r\nhost: x\r\nassay-id: '
    const slow = Array.from({ length: 8 }, () => drip(address.port, first, '127.0.0.7'))
    const oneMore = await drip(address.port, first, '127.0.0.7')
    expect(oneMore).toBeLessThan(Math.min(...(await Promise.all(slow))))
  })
})
