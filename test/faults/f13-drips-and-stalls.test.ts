import type { Socket } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { askHostile, told } from '../support/ask-hostile.ts'
import { httpReply } from '../support/raw-server.ts'
import { toyAnswer } from '../support/toy-answer.ts'

beforeAll(waitForCrypto)

/** Writes a text byte by byte until the other side goes away. */
function drip(socket: Socket, bytes: Uint8Array, everyMs: number): void {
  let sent = 0
  const timer = setInterval(() => {
    if (socket.destroyed || sent >= bytes.length) return clearInterval(timer)
    socket.write(bytes.subarray(sent, ++sent))
  }, everyMs)
  socket.on('close', () => clearInterval(timer))
}

async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
  const started = performance.now()
  const result = await work
  return { result, ms: performance.now() - started }
}

describe('F13: drips and stalls', () => {
  it('a miner that takes the request and says nothing meets the deadline of the first byte', async () => {
    const { result, ms } = await timed(askHostile(() => {}, { headersTimeoutMs: 300 }))
    expect(told(result)).toBe('miss timeout')
    expect(ms).toBeLessThan(4_000)
  })

  it('a miner that falls silent inside its answer meets the idle deadline, and its partial text is worth nothing', async () => {
    const { result, ms } = await timed(
      askHostile(
        ({ socket, body }) => {
          const reply = httpReply(JSON.stringify(toyAnswer(JSON.parse(body))))
          socket.write(reply.subarray(0, reply.length - 5))
        },
        { idleTimeoutMs: 300 },
      ),
    )
    expect(told(result)).toBe('miss timeout')
    expect(result.verdict.work).toBe(0)
    expect(ms).toBeLessThan(4_000)
  })

  it('a drip that never falls silent meets the deadline of the whole request', async () => {
    const { result, ms } = await timed(
      askHostile(({ socket, body }) => drip(socket, httpReply(JSON.stringify(toyAnswer(JSON.parse(body)))), 10), {
        idleTimeoutMs: 500,
        deadlineMs: 400,
      }),
    )
    expect(told(result)).toBe('miss timeout')
    expect(ms).toBeLessThan(2_000)
  })

  it('a drip of headers meets it as well', async () => {
    const { result, ms } = await timed(
      askHostile(({ socket }) => drip(socket, Buffer.from(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(10_000)}`), 10), { deadlineMs: 400 }),
    )
    expect(told(result)).toBe('miss timeout')
    expect(ms).toBeLessThan(2_000)
  })

  it('interim replies without an end do not hold it up', async () => {
    const { result, ms } = await timed(
      askHostile(
        ({ socket }) => {
          const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'), 10)
          socket.on('close', () => clearInterval(timer))
        },
        { deadlineMs: 400 },
      ),
    )
    expect(result.verdict.kind).toBe('miss')
    expect(ms).toBeLessThan(2_000)
  })

  it.each([
    ['before the reply', ''],
    ['inside the headers', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['inside the body', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":'],
    ['inside a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n20\r\n{"id":'],
  ])('a connection that is cut %s is a miss', async (_, said) => {
    const outcome = await askHostile(({ socket }) => {
      socket.write(said)
      socket.end()
    })
    expect(told(outcome)).toMatch(/^miss (connect|malformed)$/)
  })

  it('our own stop ends the wait at once, and is void', async () => {
    const stopping = new AbortController()
    const { result, ms } = await timed(askHostile(() => stopping.abort(), { signal: stopping.signal }))
    expect(told(result)).toBe('void lost')
    expect(ms).toBeLessThan(2_000)
  })
})
