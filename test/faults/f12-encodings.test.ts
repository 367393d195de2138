import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { askHostile, told } from '../support/ask-hostile.ts'
import { fullFaults } from '../support/full-faults.ts'
import { httpReply } from '../support/raw-server.ts'
import { toyAnswer } from '../support/toy-answer.ts'

beforeAll(waitForCrypto)

describe('F12: content encodings', () => {
  const bombBytes = fullFaults ? 1_073_741_824 : 33_554_432

  it('none is asked for', async () => {
    const { server } = await askHostile(({ socket, body }) => socket.write(httpReply(JSON.stringify(toyAnswer(JSON.parse(body))))))
    expect(server.requests[0]?.head.toLowerCase()).toContain('accept-encoding: identity')
  })

  it.each([
    ['gzip', () => gzipSync(Buffer.alloc(bombBytes))],
    ['br', () => brotliCompressSync(Buffer.alloc(bombBytes), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['zstd', () => Buffer.from('28b52ffd', 'hex')],
    ['deflate', () => Buffer.from('789c', 'hex')],
    ['GZIP', () => gzipSync('{}')],
    ['identity, gzip', () => gzipSync('{}')],
  ])('a body that comes as %s is refused by its header and never inflated', async (encoding, make) => {
    const bomb = make()
    const before = process.memoryUsage().rss
    const outcome = await askHostile(({ socket }) => socket.write(httpReply(bomb, { 'content-encoding': encoding })))
    expect(told(outcome)).toBe('miss encoding')
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1_048_576)
  })

  it('a thousand layers of it are refused', async () => {
    const outcome = await askHostile(({ socket }) =>
      socket.write(httpReply('{}', { 'content-encoding': Array(1_000).fill('gzip').join(', ') })),
    )
    expect(told(outcome)).toBe('miss encoding')
  })

  it('an honest answer that comes compressed is refused too: nobody asked for it', async () => {
    const outcome = await askHostile(({ socket, body }) =>
      socket.write(httpReply(gzipSync(JSON.stringify(toyAnswer(JSON.parse(body)))), { 'content-encoding': 'gzip' })),
    )
    expect(told(outcome)).toBe('miss encoding')
  })

  it('compressed bytes without the header are no JSON', async () => {
    const outcome = await askHostile(({ socket, body }) => socket.write(httpReply(gzipSync(JSON.stringify(toyAnswer(JSON.parse(body)))))))
    expect(told(outcome)).toBe('miss malformed')
  })

  it('a compressed transfer encoding is refused', async () => {
    const outcome = await askHostile(({ socket }) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nabc'))
    expect(told(outcome)).toMatch(/^miss (malformed|connect|encoding)$/)
  })

  it('identity, spelled out, is what was asked for', async () => {
    const outcome = await askHostile(({ socket, body }) =>
      socket.write(httpReply(JSON.stringify(toyAnswer(JSON.parse(body))), { 'content-encoding': 'identity' })),
    )
    expect(told(outcome)).toBe('pass null')
  })
})
