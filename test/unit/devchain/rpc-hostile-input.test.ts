import type { ApiPromise } from '@polkadot/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningChain } from '../../../shared/devchain/start-chain.ts'
import { openApi, startTestChain } from './chain-harness.ts'
import { postRaw, RawSocket, rpc } from './rpc-client.ts'

let running: RunningChain
let api: ApiPromise

beforeAll(async () => {
  running = await startTestChain({
    preset: 'fast',
    historyBlocks: 5,
    limits: { connections: 20, subscriptionsPerConnection: 3, messageBytes: 100_000 },
  })
  api = await openApi(running)
  running.newBlock(3)
})
afterAll(async () => {
  await api?.disconnect()
  await running?.stop()
})

describe('hostile input', () => {
  it('that is no JSON or no request gets the error of the protocol', async () => {
    expect(await postRaw(running, '{')).toMatchObject({ error: { code: -32700 }, id: null })
    expect(await postRaw(running, '[]')).toMatchObject({ error: { code: -32600 } })
    expect(await postRaw(running, '[1,{"id":7}]')).toMatchObject([{ error: { code: -32600 } }, { id: 7, error: { code: -32600 } }])
    expect(await postRaw(running, '{"id":1,"method":"nothing"}')).toMatchObject({ error: { code: -32601 } })
    expect(await postRaw(running, '{"id":1,"method":"__proto__"}')).toMatchObject({ error: { code: -32601 } })
    expect(await postRaw(running, '{"id":1,"method":"system_chain","params":{}}')).toMatchObject({ error: { code: -32602 } })
  })

  it('nested as deep as it fits is answered like any other', async () => {
    const depth = 40_000
    expect(await postRaw(running, '['.repeat(depth))).toMatchObject({ error: { code: -32700 } })
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
    expect(await postRaw(running, `{"id":1,"method":"state_getStorage","params":[${deep}]}`)).toMatchObject({ error: { code: -32602 } })
    expect(await postRaw(running, `{"id":1,"method":"dev_setStorage","params":[{"System":{"Digest":${deep}}}]}`)).toMatchObject({
      error: { code: -32602 },
    })
  })

  it('of calls nested in calls is refused before the stack overflows', async () => {
    // Version 4 without a signature, then utility.batch of one call, again and again, around a remark.
    const nested = (depth: number) => {
      const bare = Buffer.from(`04${'0b0004'.repeat(depth)}000000`, 'hex')
      const prefix = Buffer.alloc(4)
      prefix.writeUInt32LE(bare.length * 4 + 2)
      return `0x${Buffer.concat([bare.length < 64 ? Buffer.from([bare.length * 4]) : prefix, bare]).toString('hex')}`
    }
    expect((await rpc(running, 'payment_queryInfo', nested(10))).error).toBeUndefined()
    expect((await rpc(running, 'payment_queryInfo', nested(15_000))).error).toMatchObject({
      code: -32602,
      data: expect.stringContaining('nested deeper'),
    })
  })

  it('batches are answered in order, without replies to notifications, up to a bound', async () => {
    const one = (id: number) => ({ jsonrpc: '2.0', id, method: 'system_chain', params: [] })
    expect(await postRaw(running, JSON.stringify([one(1), { jsonrpc: '2.0', method: 'system_chain' }, one(2)]))).toMatchObject([
      { id: 1 },
      { id: 2 },
    ])
    const many = Array.from({ length: 1_001 }, (_, id) => ({ id, method: 'x' }))
    expect(await postRaw(running, JSON.stringify(many))).toMatchObject({ error: { code: -32010 } })
    const greedy = Array.from({ length: 900 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'state_getMetadata', params: [] }))
    expect(await postRaw(running, JSON.stringify(greedy))).toMatchObject({ error: { code: -32011 } })
  })

  it('too large closes the connection and nothing else', async () => {
    const socket = await RawSocket.open(running)
    socket.send('x'.repeat(200_000))
    expect(await socket.closed).toBe(1009)
    const response = await fetch(running.httpUrl, { method: 'POST', body: 'x'.repeat(200_000) }).then(
      one => one.status,
      () => 413,
    )
    expect(response).toBe(413)
    expect((await rpc(running, 'system_chain')).result).toBe('Bittensor')
  })

  it('in binary frames is read as text or refused', async () => {
    const socket = await RawSocket.open(running)
    socket.send(Buffer.from([0xff, 0xfe, 0x00]))
    expect(await socket.next()).toMatchObject({ error: { code: -32700 } })
    socket.send(Buffer.from(JSON.stringify({ id: 5, method: 'system_chain' })))
    expect(await socket.next()).toMatchObject({ id: 5, result: 'Bittensor' })
    socket.close()
  })

  it('as more connections than allowed is turned away, and the others stay', async () => {
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => RawSocket.open(running)))
    const opened = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
    expect(opened.length).toBeLessThan(30)
    expect(opened.length).toBeGreaterThan(0)
    for (const socket of opened) socket.close()
    expect((await rpc(running, 'system_health')).result).toMatchObject({ isSyncing: false })
  })

  it('GET is refused', async () => {
    expect((await fetch(running.httpUrl)).status).toBe(405)
  })
})
