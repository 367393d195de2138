import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenMiner, startOpenMiner } from '../support/open-miner.ts'
import { codeOf, startTestMiner } from '../support/test-miner.ts'

const body = { model: 'assay-tiny', messages: [{ role: 'user', content: 'hi' }], max_tokens: 4 }

describe('F59: guessed keys, keys in addresses, other origins and heaps of headers', () => {
  let miner: OpenMiner
  beforeAll(async () => {
    miner = await startOpenMiner()
  })
  afterAll(() => miner.stop())

  it('takes the right key and no other, in one form of words for all that are wrong', async () => {
    const { apiKey } = miner
    expect((await miner.call('/v1/chat/completions', body)).status).toBe(200)
    const wrong = ['x', apiKey.slice(0, -1), `${apiKey}0`, apiKey.toUpperCase(), '0'.repeat(64), 'null', '*']
    const replies = await Promise.all(wrong.map(key => miner.call('/v1/chat/completions', body, key)))
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect([replies[0]?.status, codeOf(replies[0]!)]).toEqual([401, 'MINER_KEY'])
  })

  it.each(['/v1/chat/completions', '/v1/completions', '/v1/embeddings'])('is shut at %s for who shows nothing at all', async path => {
    const reply = await miner.send({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode('{}'),
    })
    expect(reply.status).toBe(401)
  })

  it('answers no key where it has no key file', async () => {
    const closed = await startTestMiner()
    try {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${miner.apiKey}` }
      const reply = await closed.send({ method: 'POST', path: '/v1/chat/completions', headers, body: new TextEncoder().encode('{}') })
      expect([reply.status, codeOf(reply)]).toEqual([401, 'MINER_NO_KEYS'])
    } finally {
      await closed.stop()
    }
  })

  it.each(['api_key', 'key', 'API-Key', 'access_token', 'Authorization'])(
    'refuses a key in the address under the name %s, and does not show it',
    async name => {
      const reply = await miner.call(`/v1/chat/completions?${name}=${miner.apiKey}`, body)
      expect([reply.status, codeOf(reply)]).toEqual([400, 'MINER_KEY_IN_URL'])
      expect(reply.text).not.toContain(miner.apiKey)
      expect(miner.engine.calls()).toBe(1)
    },
  )

  it('gives no page of another origin leave to read', async () => {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    }
    const ask = await miner.send({ method: 'OPTIONS', path: '/v1/chat/completions', headers, body: new Uint8Array() })
    expect(ask.status).toBe(404)
    const sent = await miner.send({ method: 'GET', path: '/v1/models', headers, body: new Uint8Array() })
    for (const reply of [ask, sent]) expect(Object.keys(reply.headers).filter(name => name.startsWith('access-control'))).toEqual([])
  })

  it.each([
    ['a hundred headers', Array.from({ length: 100 }, (_, index) => `x-${index}: 1`)],
    ['3,000 headers', Array.from({ length: 3_000 }, (_, index) => `x${index}:`)],
    ['a header of 64 kB', [`x: ${'y'.repeat(65_536)}`]],
  ])('answers %s with 431', async (_, lines) => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(miner.running.url).port), '127.0.0.1')
      let received = ''
      socket.on('data', piece => {
        received += piece
      })
      // It may be closed while the rest of the headers is still on its way.
      socket.on('error', error =>
        'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE') ? resolve(received) : reject(error),
      )
      socket.on('close', () => resolve(received))
      socket.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines.join('\r\n')}\r\n\r\n`)
    })
    expect(text).toMatch(/^HTTP\/1.1 431 /)
    expect(text).toContain('MINER_HEADERS')
  })
})
