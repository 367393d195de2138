import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { RpcSocket } from '../../../shared/chain/rpc-socket.ts'
import { type FakeRpcServer, RpcFailure, silence, startFakeRpcServer } from '../../support/fake-rpc-server.ts'

const heads = { subscribe: 'chain_subscribeNewHeads', unsubscribe: 'chain_unsubscribeNewHeads' }
/** A busy machine is no failure. */
const patient = { timeout: 20_000, interval: 20 }
const cleanups: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serve(handlers: Record<string, unknown>, port?: number): Promise<FakeRpcServer> {
  const server = await startFakeRpcServer(handlers, port)
  cleanups.push(() => server.close())
  return server
}

function open(endpoint: string, timeoutMs = 2000): RpcSocket {
  const socket = new RpcSocket({ endpoints: [endpoint], timeoutMs })
  cleanups.push(() => socket.close())
  socket.start()
  return socket
}

describe('a call', () => {
  it('that is never answered fails with CHAIN_TIMEOUT at its deadline', async () => {
    const { endpoint } = await serve({ slow: silence })
    await expect(open(endpoint).call('slow', [], { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'CHAIN_TIMEOUT',
      message: 'slow got no answer within 50 ms.',
    })
  })

  it('to an endpoint where nobody listens fails with CHAIN_UNREACHABLE at its deadline', async () => {
    const { endpoint, close } = await startFakeRpcServer({})
    await close()
    await expect(open(endpoint).call('any', [], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE', retry: true })
  })

  it('to a server that takes the connection and never speaks fails at its deadline', async () => {
    const mute = createServer(connection => connection.resume()).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    cleanups.push(() => new Promise(resolve => mute.close(() => resolve())))
    const address = mute.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const socket = open(`ws://127.0.0.1:${port}`)
    await expect(socket.call('any', [], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
    await socket.close()
  })

  it('ends with the caller’s reason when the caller aborts it', async () => {
    const { endpoint } = await serve({ slow: silence })
    const controller = new AbortController()
    const call = open(endpoint).call('slow', [], { signal: controller.signal })
    controller.abort(new Error('no longer needed'))
    await expect(call).rejects.toThrowError('no longer needed')
  })

  it('gives the server’s refusal with its code and data', async () => {
    const { endpoint } = await serve({ author: new RpcFailure(1010, 'Invalid Transaction', 'Custom error: 6') })
    await expect(open(endpoint).call('author', [])).rejects.toMatchObject({
      code: 'CHAIN_RPC',
      message: 'The chain refused author: Invalid Transaction: Custom error: 6 (code 1010).',
      details: { rpcCode: 1010, rpcData: 'Custom error: 6' },
    })
  })

  it('in flight fails at once when the connection is lost', async () => {
    const server = await serve({ slow: silence })
    const call = open(server.endpoint).call('slow', [])
    await vi.waitUntil(() => server.calls.length === 1, patient)
    server.dropConnections()
    await expect(call).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE', message: expect.stringContaining('the connection was lost') })
  })

  it('waits for a server that comes up within its deadline', async () => {
    const { port, endpoint, close } = await startFakeRpcServer({})
    await close()
    const call = open(endpoint, 5000).call('name', [])
    await serve({ name: 'here' }, port)
    expect(await call).toBe('here')
  })

  it('after close is refused', async () => {
    const { endpoint } = await serve({})
    const socket = open(endpoint)
    await socket.close()
    await expect(socket.call('any', [])).rejects.toMatchObject({ code: 'CHAIN_CLOSED' })
  })

  it('beyond 1024 at once is refused and not queued', async () => {
    const { endpoint } = await serve({ slow: silence })
    const socket = open(endpoint)
    const calls = Array.from({ length: 1025 }, () => socket.call('slow', []).then(undefined, error => error.code))
    expect(await calls[1024]).toBe('CHAIN_BUSY')
    await socket.close()
    expect(new Set(await Promise.all(calls.slice(0, 1024)))).toEqual(new Set(['CHAIN_CLOSED']))
  })
})

describe('a connection', () => {
  it('outlives bytes that are no JSON-RPC', async () => {
    const server = await serve({ name: 'still here' })
    const socket = open(server.endpoint)
    await socket.call('name', [])
    for (const text of ['', '{', '[]', 'null', '{"id":"x"}', '{"method":"a","params":{}}', `{"id":1e400}`, '[['.repeat(10_000)])
      server.sendRaw(text)
    expect(await socket.call('name', [])).toBe('still here')
    expect(server.connectionCount()).toBe(1)
  })

  it('takes its subscriptions up again after it was lost', async () => {
    let subscriptions = 0
    const server = await serve({ [heads.subscribe]: () => `sub${subscriptions++}` })
    const seen: unknown[] = []
    await open(server.endpoint).subscribe(heads, [], { onResult: result => seen.push(result) })
    server.notify('chain_newHead', 'sub0', 1)
    server.dropConnections()
    await vi.waitUntil(() => subscriptions === 2, patient)
    server.notify('chain_newHead', 'sub1', 2)
    server.notify('chain_newHead', 'sub0', 'of another subscription')
    await vi.waitUntil(() => seen.length === 2, patient)
    expect(seen).toEqual([1, 2])
  })

  it('ends a subscription that cannot be taken up again, and says so once', async () => {
    const server = await serve({ [heads.subscribe]: 'sub' })
    const lost: string[] = []
    await open(server.endpoint).subscribe(heads, [], { onResult: () => undefined, onLost: error => lost.push(error.code) })
    server.dropConnections()
    await vi.waitUntil(() => server.connectionCount() === 2, patient)
    expect(lost).toEqual(['CHAIN_UNREACHABLE'])
    expect(server.calls.filter(({ method }) => method === heads.subscribe)).toHaveLength(1)
  })

  it('keeps results that overtake the answer that names their subscription', async () => {
    const server = await serve({
      [heads.subscribe]: () => {
        server.notify('chain_newHead', 'sub', 'early')
        return 'sub'
      },
    })
    const seen: unknown[] = []
    await open(server.endpoint).subscribe(heads, [], { onResult: result => seen.push(result) })
    expect(seen).toEqual(['early'])
  })

  it('keeps them also after many results of subscriptions that it ended or never had', async () => {
    const server = await serve({
      name: 'here',
      [heads.subscribe]: () => {
        server.notify('chain_newHead', 'sub', 'early')
        return 'sub'
      },
    })
    const socket = open(server.endpoint)
    await socket.call('name', [])
    for (let index = 0; index < 300; index++) server.notify('chain_newHead', index === 0 ? 'sub' : `left${index}`, 'stale')
    await socket.call('name', [])
    const seen: unknown[] = []
    await socket.subscribe(heads, [], { onResult: result => seen.push(result) })
    expect(seen).toEqual(['early'])
  })

  it('is replaced after three calls in a row without an answer', async () => {
    const server = await serve({ slow: silence })
    const socket = open(server.endpoint)
    for (let call = 0; call < 3; call++)
      await expect(socket.call('slow', [], { timeoutMs: 30 })).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' })
    await vi.waitUntil(() => server.connectionCount() === 2, patient)
  })

  it('that is cut each time it opens is tried with growing pauses', async () => {
    const server = await serve({})
    open(server.endpoint)
    const pauses: number[] = []
    for (let attempt = 1; attempt <= 3; attempt++) {
      await vi.waitUntil(() => server.connectionCount() === attempt, patient)
      const before = performance.now()
      server.dropConnections()
      await vi.waitUntil(() => server.connectionCount() === attempt + 1, patient)
      pauses.push(performance.now() - before)
    }
    // 200, 400 and 800 ms; timers may fire a little early.
    expect(pauses.map((pause, index) => pause > 195 * 2 ** index)).toEqual([true, true, true])
  })
})
