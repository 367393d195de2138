import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { packTokenIds } from '../../../../shared/protocol/pack-numbers.ts'
import type { StreamChunk } from '../../../../shared/protocol/stream-chunk.ts'
import type { Arrival, Exchange } from '../../../../validator/query/exchange.ts'
import { type JudgeInput, judge, judgeReceipt } from '../../../../validator/verification/judge.ts'
import { scoreRequestOf } from '../../../../validator/verification/score-request-of.ts'
import { askHostile, told, toyAsk } from '../../../support/ask-hostile.ts'
import { toyInput, toyModel, toyStatistics } from '../../../support/toy-exchange.ts'
import { sseBytes, type ToyStreamParts, toyStream } from '../../../support/toy-stream.ts'

beforeAll(waitForCrypto)

const maxTokens = 80
const tokenIds = Array.from({ length: maxTokens }, (_, index) => 1 + (index % 25))
const ask = { ...toyAsk({ maxTokens }), stream: true }

/** What a validator has of a stream of which so many events arrive; then the miner closes the connection. */
async function arrive(events: readonly string[], parts: { end?: boolean } = {}) {
  const { end = true } = parts
  return await askHostile(
    ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n')
      const body = sseBytes(events)
      socket.write(`${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`)
      if (end) socket.end('0\r\n\r\n')
      else socket.destroySoon()
    },
    { maxTokens, stream: true },
  )
}

/** Events of a stream with its first `count` chunks of tokens alone. */
const chunksOf = (count: number, parts: ToyStreamParts = {}) => toyStream(ask, tokenIds, parts).slice(0, count)

describe('a streamed answer', () => {
  it('becomes the same answer as one that comes whole', async () => {
    const { arrival } = await arrive(toyStream(ask, tokenIds))
    if (arrival.kind !== 'answer') throw new Error(JSON.stringify(arrival))
    expect(arrival.receipt.tokenIds).toBe(packTokenIds(tokenIds))
    expect(arrival.text).toBe('abcdefghijklmnopqrstuvwxyabcdefghijklmnopqrstuvwxyabcdefghijklmnopqrstuvwxyabcde')
  })

  it('may be cut into chunks as the miner likes', async () => {
    for (const tokensPerChunk of [2, 7, 33, 80]) {
      const { arrival } = await arrive(toyStream(ask, tokenIds, { tokensPerChunk }))
      expect(arrival.kind).toBe('answer')
    }
  })

  it('that is cut off keeps the tokens up to its last partial receipt', async () => {
    for (const end of [true, false]) {
      const { arrival } = await arrive(chunksOf(70), { end })
      expect(arrival).toMatchObject({ kind: 'partial', tokenIds: packTokenIds(tokenIds.slice(0, 64)), receipt: { part: 2, tokens: 64 } })
    }
  })

  it('that is cut off before its first partial receipt leaves nothing', async () => {
    expect(told(await arrive(chunksOf(31)))).toBe('miss cut')
    expect((await arrive(chunksOf(31))).arrival.kind).toBe('none')
  })

  it('without its end is cut off, also where all tokens came', async () => {
    const events = toyStream(ask, tokenIds)
    expect((await arrive(events.slice(0, -1))).arrival).toMatchObject({ kind: 'partial', reason: 'cut' })
    expect((await arrive(events.slice(0, -2))).arrival).toMatchObject({ kind: 'partial', reason: 'cut' })
  })

  it('that ends with an error of the miner is cut off', async () => {
    const { arrival } = await arrive([...chunksOf(40), '{"error":{"code":"MINER_INTERNAL","message":"no"}}'])
    expect(arrival).toMatchObject({ kind: 'partial', reason: 'cut' })
  })

  it.each<[string, ToyStreamParts['alter']]>([
    ['a digest that is not that of its tokens', (chunk, index) => (index === 50 ? { ...chunk, digest: '0'.repeat(64) } : chunk)],
    ['other tokens than its digest', (chunk, index) => (index === 50 ? { ...chunk, tokenIds: packTokenIds([7]) } : chunk)],
    ['tokens left out', (chunk, index) => (index === 50 ? { ...chunk, tokenIds: '' } : chunk)],
    ['a partial receipt of other tokens', (chunk, index) => (index === 63 ? withPartial(chunk, { tokens: 63 }) : chunk)],
    [
      'a partial receipt of another digest',
      (chunk, index) => (index === 63 ? withPartial(chunk, { streamDigest: '0'.repeat(64) }) : chunk),
    ],
  ])('with %s is malformed from there on', async (_, alter) => {
    const { arrival } = await arrive(toyStream(ask, tokenIds, alter && { alter }))
    expect(arrival).toMatchObject({ kind: 'partial', reason: 'malformed', receipt: { tokens: 32 } })
  })

  it('with a receipt of other tokens than it showed is malformed', async () => {
    const other = toyStream(ask, [...tokenIds.slice(1), 1])
    const { arrival } = await arrive([...toyStream(ask, tokenIds).slice(0, 82), ...other.slice(82)])
    expect(arrival).toMatchObject({ kind: 'partial', reason: 'malformed', receipt: { tokens: 64 } })
  })

  it('that goes on after its end, or beyond the tokens that were asked for, is malformed', async () => {
    const events = toyStream(ask, tokenIds)
    expect((await arrive([...events, events[0] ?? ''])).arrival).toMatchObject({ reason: 'malformed' })
    expect((await arrive(toyStream({ ...ask, max_tokens: 90 }, [...tokenIds, 1]))).arrival).toMatchObject({ reason: 'malformed' })
  })
})

describe('the prefix of a stream that was cut off', () => {
  const statistics = (margin = 0) => toyStatistics(64, { margins: Array(64).fill(margin) })
  const verdictOf = async (events: readonly string[], change: (arrival: Partial) => Partial = arrival => arrival, margin = 0) => {
    const { arrival, exchange } = await arrive(events)
    if (arrival.kind !== 'partial') throw new Error(JSON.stringify(arrival))
    return judge({ ...inputOf({ ...exchange, arrival: change(arrival) }), statistics: statistics(margin) })
  }

  it('is a miss that counts as evidence where it was audited and is honest', async () => {
    const verdict = await verdictOf(chunksOf(70))
    expect(verdict).toMatchObject({ kind: 'miss', code: 'cut', work: 0 })
    expect(verdict.eValue).toBeLessThan(1)
  })

  it('is a miss without evidence where it was not audited', async () => {
    const { exchange } = await arrive(chunksOf(70))
    expect(judgeReceipt({ ...inputOf(exchange), audited: false })).toMatchObject({ kind: 'miss', code: 'cut', eValue: null, work: 0 })
  })

  it('speaks against the miner where its tokens are not those of the model', async () => {
    expect((await verdictOf(chunksOf(70), undefined, 0.5)).eValue).toBeGreaterThan(1)
  })

  it('fails where the miner signed another request, or tokens after the end of the sequence', async () => {
    const foreign = toyStream({ ...ask, assay: { ...ask.assay, requestSeed: '3'.repeat(64) } }, tokenIds)
    expect(await verdictOf(foreign.slice(0, 70))).toMatchObject({ kind: 'fail', code: 'VERIFY_REQUEST_MISMATCH' })
    const padded = toyStream(
      ask,
      tokenIds.map((id, index) => (index === 10 ? 0 : id)),
    )
    expect(await verdictOf(padded.slice(0, 70))).toMatchObject({ kind: 'fail', code: 'VERIFY_AFTER_EOS' })
  })

  it.each<[string, (arrival: Partial) => Partial]>([
    ['no signature', arrival => ({ ...arrival, signature: `0x${'0'.repeat(128)}` })],
    ['no certificate', arrival => ({ ...arrival, certificate: null })],
    ['other tokens', arrival => ({ ...arrival, tokenIds: packTokenIds(Array(64).fill(3)) })],
    ['fewer tokens', arrival => ({ ...arrival, tokenIds: packTokenIds(tokenIds.slice(0, 63)) })],
    ['another miner', arrival => ({ ...arrival, receipt: { ...arrival.receipt, miner: arrival.receipt.validator } })],
    ['a late arrival', arrival => ({ ...arrival, arrivedBlock: 120 })],
  ])('proves nothing with %s: anybody on the way could have made it', async (_, change) => {
    expect(await verdictOf(chunksOf(70), change, 0.5)).toMatchObject({ kind: 'miss', code: 'cut', eValue: null })
  })

  it('is what the reference run is asked about', async () => {
    const { exchange } = await arrive(chunksOf(70))
    expect(scoreRequestOf(exchange)?.tokenIds).toEqual(tokenIds.slice(0, 64))
  })
})

type Partial = Extract<Arrival, { kind: 'partial' }>

function withPartial(chunk: StreamChunk, changes: object): StreamChunk {
  if (chunk.partial === undefined) throw new Error('no partial receipt in this chunk')
  return { ...chunk, partial: { ...chunk.partial, receipt: { ...chunk.partial.receipt, ...changes } } }
}

/** The toy model, with a context that these streams fit in. */
function inputOf(exchange: Exchange): JudgeInput {
  return toyInput(exchange, { model: { ...toyModel, contextLength: 200 } })
}
