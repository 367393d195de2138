import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { parseChatAnswer } from '../../../../shared/protocol/answer.ts'
import type { OpeningArrival, OpeningAsk } from '../../../../shared/protocol/opening.ts'
import { receiptDigest } from '../../../../shared/protocol/receipt-bytes.ts'
import { askOpening, type OpeningTerms, openingBytesAtMost } from '../../../../validator/query/ask-opening.ts'
import { openDialer } from '../../../../validator/query/open-dialer.ts'
import { type RawRequest, startRawServer } from '../../../support/raw-server.ts'
import { openSessionLab } from '../../../support/session-lab.ts'
import { chatAsk, signedRequest } from '../../../support/signed-ask.ts'
import { startTestMiner } from '../../../support/test-miner.ts'
import { toyEngine } from '../../../support/toy-engine.ts'
import { devKey, toyExchange } from '../../../support/toy-exchange.ts'
import { toyOpening } from '../../../support/toy-opening.ts'
import { toyHidden, withToyRows } from '../../../support/toy-rows.ts'

beforeAll(waitForCrypto)

const closers: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const ask: OpeningAsk = { netuid: 2, receiptDigest: 'a'.repeat(64), beacon: '0x12', k: 8, fullRows: 2, withTopLoc: false }
const terms: OpeningTerms = { deadlineMs: 20_000, handshakeMs: 20_000, size: { rows: 16, hidden: toyHidden, toploc: null } }
const never = new AbortController().signal

/** Asks a server that answers with exactly these bytes. */
async function hear(
  play: (request: RawRequest) => void,
  { signal = never, allowPrivate = true, deadlineMs = 20_000 } = {},
): Promise<OpeningArrival> {
  const server = await startRawServer(play)
  closers.push(() => server.close())
  const dispatcher = openDialer({
    ...{ allowPrivate, connectTimeoutMs: 1_000, headersTimeoutMs: 5_000, idleTimeoutMs: 5_000, connectionsPerMiner: 4 },
  })
  closers.push(() => dispatcher.destroy())
  const miner = { ...toyExchange().miner, host: server.host, port: server.port }
  return await askOpening(miner, ask, { ...terms, deadlineMs }, { dispatcher, signer: devKey('Validator') }, signal)
}

const reply =
  (body: string, headers = 'content-type: application/json\r\n') =>
  ({ socket }: RawRequest) =>
    socket.write(`HTTP/1.1 200 OK\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
const reasonOf = (arrival: OpeningArrival) => (arrival.kind === 'none' ? arrival.reason : arrival.kind)

function honest(): string {
  const { arrival } = toyOpening().opened
  if (arrival.kind !== 'opening') throw new Error('no opening')
  return JSON.stringify({ statement: { ...arrival.statement, topLoc: null }, signature: arrival.signature })
}

describe('asking for an opening', () => {
  it('takes what a miner shows, whatever it says: others judge it', async () => {
    expect(await hear(reply(honest()))).toMatchObject({ kind: 'opening', statement: { k: 8, topLoc: null } })
  })

  it.each<[string, (request: RawRequest) => void, string]>([
    ['says nothing', () => {}, 'timeout'],
    ['drips', ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{'), 'timeout'],
    ['hangs up', ({ socket }) => void socket.destroy(), 'connect'],
    ['refuses', ({ socket }) => void socket.write('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'), 'refused'],
    [
      'points elsewhere',
      ({ socket }) => void socket.write('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n'),
      'refused',
    ],
    ['compresses', reply('x', 'content-encoding: gzip\r\n'), 'encoding'],
    ['announces too much', ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n'), 'too-large'],
    ['sends too much', ({ socket }) => void socket.write(`HTTP/1.1 200 OK\r\n\r\n${' '.repeat(100_000)}`), 'too-large'],
    ['sends no JSON', reply('rows'), 'malformed'],
    ['nests', reply('['.repeat(900)), 'malformed'],
    ['sends very many values', reply(`[${'0,'.repeat(900)}0]`), 'malformed'],
    ['sends other JSON', reply('{"statement":{}}'), 'malformed'],
    ['adds a member', request => reply(honest().replace('{', '{"more":1,'))(request), 'malformed'],
    ['sends a lone surrogate', request => reply(honest().replace('"version":"', '"version":"\\ud800'))(request), 'malformed'],
  ])('ends with a reason where the miner %s', async (_, play, reason) => {
    const arrival = await hear(play, reason === 'timeout' ? { deadlineMs: 300 } : {})
    expect(reasonOf(arrival)).toBe(reason)
    expect(arrival.kind === 'none' && arrival.ours).toBe(false)
  })

  it('dials no private address, and calls its own stop its own', async () => {
    expect(reasonOf(await hear(reply(honest()), { allowPrivate: false }))).toBe('connect')
    const stopped = await hear(() => {}, { signal: AbortSignal.abort() })
    expect(stopped).toMatchObject({ kind: 'none', reason: 'lost', ours: true })
  })

  it('reads as many bytes as the largest honest answer has, and few more', () => {
    const { arrival } = toyOpening().opened
    if (arrival.kind !== 'opening') throw new Error('no opening')
    const { statement, signature } = arrival
    const size = { rows: 10, hidden: toyHidden, toploc: { k: 8, chunkRows: 4 } }
    const atMost = openingBytesAtMost({ k: 8, fullRows: 2, withTopLoc: true }, size)
    const bytes = JSON.stringify({ statement, signature }).length
    expect(atMost).toBeGreaterThan(bytes)
    expect(atMost).toBeLessThan(bytes + 5_000)
    // 2k bytes a token, as base64: 21 1/3 characters.
    expect(openingBytesAtMost({ k: 8, fullRows: 0, withTopLoc: false }, { rows: 3_000, hidden: 4_096, toploc: null })).toBe(4_096 + 64_000)
  })

  it('does not take the time of the handshake from that of the opening', async () => {
    const server = await startRawServer(reply(honest()))
    closers.push(() => server.close())
    const dispatcher = openDialer({
      ...{ allowPrivate: true, connectTimeoutMs: 1_000, headersTimeoutMs: 5_000, idleTimeoutMs: 5_000, connectionsPerMiner: 4 },
    })
    closers.push(() => dispatcher.destroy())
    const miner = { ...toyExchange().miner, host: server.host, port: server.port }
    let finds = 0
    const sessions = { find: async () => (finds++ === 0 ? setTimeout(1_200, null) : null), forget: () => {} }
    const context = { dispatcher, signer: devKey('Validator'), sessions }
    expect((await askOpening(miner, ask, { ...terms, deadlineMs: 1_000 }, context, never)).kind).toBe('opening')
  })

  it('goes through the session with a real miner', async () => {
    const miner = await startTestMiner({
      modules: { openEngine: async (_, { model }) => ({ engine: withToyRows(toyEngine(model.manifestDigest)) }) },
    })
    closers.push(() => miner.stop())
    const lab = openSessionLab()
    closers.push(() => lab.close())
    const { validator, miner: key } = miner.cast
    const sent = await miner.send(signedRequest(validator, key.hotkey, chatAsk(miner.model.manifestDigest)))
    const { receipt } = parseChatAnswer(sent.json).assay
    const sessions = lab.book(miner)
    const context = { dispatcher: lab.dispatcher, signer: validator, sessions }
    const arrival = await askOpening(lab.minerOf(miner), { ...ask, receiptDigest: receiptDigest(receipt) }, terms, context, never)
    expect(arrival).toMatchObject({ kind: 'opening', statement: { requestId: receipt.requestId } })
    const unknown = await askOpening(lab.minerOf(miner), ask, terms, context, never)
    expect(unknown).toMatchObject({ kind: 'none', reason: 'refused', detail: 'status 404' })
  })
})
