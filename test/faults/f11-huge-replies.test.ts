import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { askHostile, told } from '../support/ask-hostile.ts'
import { fullFaults } from '../support/full-faults.ts'
import { httpReply, type RawRequest } from '../support/raw-server.ts'
import { toyAnswer } from '../support/toy-answer.ts'

beforeAll(waitForCrypto)

const megabyte = Buffer.alloc(1_048_576, 'a')

/** Writes a piece again and again as long as the other side takes it, up to `total` bytes; says how many it got rid of. */
function pour({ socket }: RawRequest, piece: Buffer, total: number): { bytes: number } {
  const poured = { bytes: 0 }
  const more = () => {
    while (poured.bytes < total && !socket.destroyed) {
      poured.bytes += piece.length
      if (!socket.write(piece)) return void socket.once('drain', more)
    }
  }
  more()
  return poured
}

describe('F11: huge replies', () => {
  const total = fullFaults ? 1_073_741_824 : 67_108_864

  it('a body over its cap is given up at the cap, in bounded memory, and is a miss', async () => {
    let poured = { bytes: 0 }
    const before = process.memoryUsage().rss
    const outcome = await askHostile(
      request => {
        request.socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n')
        poured = pour(request, megabyte, total)
      },
      { maxTokens: 100_000 },
    )
    expect(told(outcome)).toBe('miss too-large')
    // Our cap, and what lies in the buffers of both sockets.
    expect(poured.bytes).toBeLessThan(4 * 4_194_304 + 16 * 1_048_576)
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1_048_576)
  })

  it('chunks without an end are given up at the cap', async () => {
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, ' '), Buffer.from('\r\n')])
    const outcome = await askHostile(request => {
      request.socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      pour(request, chunk, total)
    })
    expect(told(outcome)).toBe('miss too-large')
  })

  it('a content-length over the cap is refused before a byte of the body is read', async () => {
    const outcome = await askHostile(({ socket }) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n'))
    expect(told(outcome)).toBe('miss too-large')
  })

  it('the cap follows what was asked for: eight tokens need no megabyte', async () => {
    const outcome = await askHostile(({ socket, body }) =>
      socket.write(httpReply(JSON.stringify(toyAnswer(JSON.parse(body))).padEnd(80_000))),
    )
    expect(told(outcome)).toBe('miss too-large')
  })

  it('a content-length that promises more than comes is a miss', async () => {
    const outcome = await askHostile(({ socket, body }) => {
      const answer = JSON.stringify(toyAnswer(JSON.parse(body)))
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${answer.length + 10}\r\n\r\n${answer}`)
    })
    expect(told(outcome)).toMatch(/^miss (connect|malformed)$/)
  })

  it('a content-length that promises less cuts the answer, and nothing of the rest is taken for the next one', async () => {
    const outcome = await askHostile(({ socket, body }) => {
      const answer = JSON.stringify(toyAnswer(JSON.parse(body)))
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${answer.length - 10}\r\n\r\n${answer}`)
    })
    expect(told(outcome)).toBe('miss malformed')
  })

  it.each([
    ['two lengths that differ', 'content-length: 10\r\ncontent-length: 20'],
    ['a length that is no number', 'content-length: ten'],
    ['a negative length', 'content-length: -5'],
    ['a length and chunks', 'content-length: 10\r\ntransfer-encoding: chunked'],
  ])('%s is a miss', async (_, headers) => {
    const outcome = await askHostile(({ socket }) => socket.end(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n0123456789`))
    expect(told(outcome)).toMatch(/^miss (connect|malformed)$/)
  })

  it('headers without an end are given up', async () => {
    const outcome = await askHostile(request => {
      request.socket.write('HTTP/1.1 200 OK\r\n')
      pour(request, Buffer.from('x-filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'), 4_194_304)
    })
    expect(told(outcome)).toMatch(/^miss (connect|malformed)$/)
  })

  it.each(['204 No Content', '301 Moved Permanently', '307 Temporary Redirect', '500 Internal Server Error', '429 Too Many Requests'])(
    'a reply of %s is a refusal',
    async status => {
      const outcome = await askHostile(({ socket }) =>
        socket.end(`HTTP/1.1 ${status}\r\nlocation: http://127.0.0.1:9/\r\nconnection: close\r\n\r\n`),
      )
      expect(told(outcome)).toBe('miss refused')
      expect(outcome.server.requests).toHaveLength(1)
    },
  )

  it('what is no HTTP at all is a miss', async () => {
    const outcome = await askHostile(({ socket }) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    expect(told(outcome)).toMatch(/^miss (connect|malformed)$/)
  })

  it('an honest answer of the same server passes, so that the misses above have their one cause', async () => {
    const outcome = await askHostile(({ socket, body }) => socket.write(httpReply(JSON.stringify(toyAnswer(JSON.parse(body))))))
    expect(told(outcome)).toBe('pass null')
  })
})
