import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { openSse, type SseReply } from '../../../../miner/http/open-sse.ts'

interface Piece {
  readonly text: string
  readonly last: boolean
}

/** What a reply's stream is sealed in, piece by piece, while `tell` sends its events. */
const piecesOf = async (tell: (sse: SseReply, soFar: readonly Piece[]) => void | Promise<void>) => {
  const pieces: Piece[] = []
  const sealer = {
    whole: (body: Uint8Array) => Buffer.from(body),
    piece(bytes: Uint8Array, last: boolean) {
      pieces.push({ text: Buffer.from(bytes).toString(), last })
      return Buffer.from(bytes)
    },
  }
  const server = Fastify()
  server.get('/', async (_request, reply) => {
    await tell(
      openSse(reply, sealer, () => {}),
      pieces,
    )
    return reply
  })
  const { payload } = await server.inject('/')
  expect(pieces.map(({ text }) => text).join('')).toBe(payload)
  return pieces
}

describe('the events of a stream', () => {
  it('go out together where they follow close upon each other, and with the end', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `event ${index}`)
    const pieces = await piecesOf(sse => {
      for (const name of names) sse.send(name)
      sse.finish()
    })
    expect(pieces.map(({ text }) => text).join('')).toBe([...names, '[DONE]'].map(name => `data: ${name}\n\n`).join(''))
    expect(pieces.map(({ last }) => last)).toEqual([true])
  })

  it('do not wait where they are the first', async () => {
    const pieces = await piecesOf(async (sse, soFar) => {
      sse.send('a')
      sse.send('b')
      await Promise.resolve()
      expect(soFar).toEqual([{ text: 'data: a\n\ndata: b\n\n', last: false }])
      for (const name of ['c', 'd', 'e']) sse.send(name)
      sse.finish()
    })
    // The machine may have been too busy to be quick.
    expect(pieces.length).toBeLessThan(4)
  })

  it('go out though neither another event nor the end comes', async () => {
    const pieces = await piecesOf(async (sse, soFar) => {
      sse.send('a')
      await Promise.resolve()
      sse.send('b')
      await expect.poll(() => soFar.length).toBe(2)
      sse.finish()
    })
    expect(pieces.map(({ text }) => text)).toEqual(['data: a\n\n', 'data: b\n\n', 'data: [DONE]\n\n'])
  })

  it('are the error alone where it fails before the first', async () => {
    const pieces = await piecesOf(sse => sse.fail({ error: 'no' }))
    expect(pieces).toEqual([{ text: 'data: {"error":"no"}\n\n', last: true }])
  })
})
