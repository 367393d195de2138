import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenMiner, startOpenMiner } from '../support/open-miner.ts'
import { codeOf } from '../support/test-miner.ts'

describe('F19: addresses of other engines, and ways around the list of ours', () => {
  let miner: OpenMiner
  beforeAll(async () => {
    miner = await startOpenMiner()
  })
  afterAll(() => miner.stop())

  const adminRoutes = ['/pause', '/resume', '/update_weights', '/invocations', '/tokenize', '/load', '/v1/load_lora_adapter', '/generate']
  it.each(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('are not there for %s, with or without a key', async method => {
    // GET / is the operator's own page.
    const root = method === 'GET' ? [] : ['/']
    for (const path of [...adminRoutes, ...root, '/v1', '/v1/', '/v1/chat', '/v1/responses', '/server_info', '/docs', '/openapi.json']) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${miner.apiKey}` }
      const reply = await miner.send({ method, path, headers, body: new TextEncoder().encode(method === 'GET' ? '' : '{}') })
      expect([path, reply.status, codeOf(reply)]).toEqual([path, 404, 'MINER_NO_ROUTE'])
    }
    expect(miner.engine.calls()).toBe(0)
  })

  const rawStatus = (path: string, method = 'POST') =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(miner.running.url).port), '127.0.0.1')
      let text = ''
      socket.on('data', piece => {
        text += piece
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(text.split(' ')[1] ?? ''))
      socket.end(
        `${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
      )
    })

  it.each([
    ...[
      '/v1/chat/completions/..%2f..%2fpause',
      '/v1/chat/..%2f..%2f..%2fpause',
      '/v1/..%2fpause',
      '/v1/completions/../../pause',
      '//pause',
    ],
    ...['/v1/chat/completions/', '/V1/CHAT/COMPLETIONS', '/v1/chat%2fcompletions', '/v1/%63hat/../../pause', '/v1/models/..%2f..%2fpause'],
    ...['http://127.0.0.1:1/pause', '/v1/chat/completions;/pause', '/v1\\pause', '/%2e%2e/pause', '/v1/chat/completions%00'],
  ])('cannot be reached by the address %s', async path => {
    expect(['400', '401', '404']).toContain(await rawStatus(path))
    expect(miner.engine.calls()).toBe(0)
  })
})
