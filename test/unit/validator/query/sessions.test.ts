import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isAssayError } from '../../../../shared/errors/assay-error.ts'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { authHeaders } from '../../../../shared/protocol/request-auth.ts'
import { sessionScheme } from '../../../../shared/protocol/session.ts'
import { type AskContext, askMiner } from '../../../../validator/query/ask-miner.ts'
import { createSessionBook } from '../../../../validator/query/session-book.ts'
import { openStore } from '../../../../validator/storage/open-store.ts'
import { openSessionPins } from '../../../../validator/storage/session-pin-table.ts'
import { toyAsk } from '../../../support/ask-hostile.ts'
import { httpReply, type RawRequest, startRawServer } from '../../../support/raw-server.ts'
import { genesisHash, openSessionLab, type SessionLab } from '../../../support/session-lab.ts'
import { chatAsk } from '../../../support/signed-ask.ts'
import { startTestMiner, type TestMiner } from '../../../support/test-miner.ts'
import { toyAnswer } from '../../../support/toy-answer.ts'
import { devKey, toyExchange } from '../../../support/toy-exchange.ts'

beforeAll(waitForCrypto)
const never = new AbortController().signal
const closers: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function openLab(): SessionLab {
  const lab = openSessionLab()
  closers.push(lab.close)
  return lab
}

/** A validator that counts what it signs. */
function validatorOf(lab: SessionLab, signer = devKey('Alice')) {
  let signed = 0
  const counting = {
    ...signer,
    sign: (message: Uint8Array) => {
      signed += 1
      return signer.sign(message)
    },
  }
  const sessions = createSessionBook({ dispatcher: lab.dispatcher, signer: counting, netuid: 2, genesisHash })
  const context: AskContext = { dispatcher: lab.dispatcher, signer: counting, sessions, capBytes: 4_194_304, headNumber: () => 90 }
  return { context, sessions, signed: () => signed }
}

let miner: TestMiner
beforeAll(async () => {
  miner = await startTestMiner()
})
afterAll(() => miner.stop())

describe('a validator in sessions with its miners', () => {
  it('signs one handshake and no request, however many are under way', async () => {
    const lab = openLab()
    const { context, signed } = validatorOf(lab)
    const ask = () => askMiner(lab.minerOf(miner), chatAsk(miner.model.manifestDigest), context, never)
    const arrivals = [...(await Promise.all([ask(), ask(), ask(), ask()])), await ask()]
    expect(arrivals.map(({ kind }) => kind)).toEqual(Array(5).fill('answer'))
    expect(signed()).toBe(1)
  })

  it('reads a sealed stream', async () => {
    const lab = openLab()
    const { context, signed } = validatorOf(lab)
    const arrival = await askMiner(lab.minerOf(miner), chatAsk(miner.model.manifestDigest, { stream: true }), context, never)
    if (arrival.kind !== 'answer') throw new Error(JSON.stringify(arrival))
    expect([arrival.receipt.finishReason, signed()]).toEqual(['stop', 1])
  })

  it('opens a new session once where a restarted miner knows the old one no more, and asks again in it', async () => {
    const lab = openLab()
    const { context, signed } = validatorOf(lab)
    const before = await startTestMiner()
    await askMiner(lab.minerOf(before), chatAsk(before.model.manifestDigest), context, never)
    const { port } = lab.minerOf(before)
    await before.stop(true)
    const after = await startTestMiner({ folder: before.folder, flags: { axonPort: port } })
    closers.push(() => after.stop())
    const ask = () => askMiner(lab.minerOf(after), chatAsk(after.model.manifestDigest), context, never)
    expect([(await ask()).kind, (await ask()).kind, signed()]).toEqual(['answer', 'answer', 2])
  })

  describe('with whom a miner had a session before', () => {
    /** Somebody who took over the miner's address, as the validator dials it. */
    async function takeOver(play: (request: RawRequest) => void) {
      const between = await startRawServer(play)
      closers.push(between.close)
      return { at: { host: between.host, port: between.port }, requests: between.requests }
    }
    const without = ({ socket }: RawRequest) => void socket.write(httpReply('{}', {}, '404 Not Found'))

    it('sends nothing in clear to whoever refuses the handshake in its place, and finds the miner again', async () => {
      const lab = openLab()
      const { context } = validatorOf(lab)
      const honest = lab.minerOf(miner)
      const ask = (to: typeof honest) => askMiner(to, chatAsk(miner.model.manifestDigest), context, never)
      expect((await ask(honest)).kind).toBe('answer')
      const { at, requests } = await takeOver(without)
      expect(await ask({ ...honest, ...at })).toMatchObject({ kind: 'none', reason: 'refused', ours: false })
      expect(requests.map(({ head }) => head.split(' ')[1])).toEqual(['/v1/assay/session'])
      expect((await ask(honest)).kind).toBe('answer')
    })

    it('remembers that over its own restart', async () => {
      const lab = openLab()
      const store = openStore(null)
      closers.push(async () => store.close())
      const honest = lab.minerOf(miner)
      const parts = { dispatcher: lab.dispatcher, signer: devKey('Alice'), netuid: 2, genesisHash }
      await createSessionBook(parts, openSessionPins(store)).find(honest, never)
      const { at } = await takeOver(without)
      const restarted = createSessionBook(parts, openSessionPins(store))
      const rejection = await restarted.find({ ...honest, ...at }, never).then(
        () => 'none',
        (error: unknown) => error,
      )
      expect(isAssayError(rejection, 'QUERY_SESSION')).toBe(true)
    })

    it('asks without a session where the miner has committed to a TLS key, which hides what is sent', async () => {
      const lab = openLab()
      const pins = new Set([miner.cast.miner.hotkey])
      const book = createSessionBook({ dispatcher: lab.dispatcher, signer: devKey('Alice'), netuid: 2, genesisHash }, pins)
      const closed = { ...lab.minerOf(miner), port: 1, tlsKey: '00'.repeat(32) }
      expect(await book.find(closed, never)).toBeNull()
    })

    it('tells a miner that is gone from one that refuses', async () => {
      const lab = openLab()
      const pins = new Set([miner.cast.miner.hotkey])
      const book = createSessionBook({ dispatcher: lab.dispatcher, signer: devKey('Alice'), netuid: 2, genesisHash }, pins)
      await expect(book.find({ ...lab.minerOf(miner), port: 1 }, never)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    })
  })

  it('keeps its session where a request is refused for another reason', async () => {
    const lab = openLab()
    const { context, signed } = validatorOf(lab)
    const ask = (manifestDigest: string) => askMiner(lab.minerOf(miner), chatAsk(manifestDigest), context, never)
    expect(await ask('a'.repeat(64))).toMatchObject({ kind: 'none', reason: 'refused' })
    expect([(await ask(miner.model.manifestDigest)).kind, signed()]).toEqual(['answer', 1])
  })
})

describe('a validator whose miner keeps to no protocol', () => {
  /** Asks a miner three times that plays so; tells what came and what was sent. */
  async function askThrice(play: (request: RawRequest, isHandshake: boolean) => void) {
    const lab = openLab()
    const server = await startRawServer(request => play(request, request.head.includes('/v1/assay/session')))
    closers.push(server.close)
    const { context } = validatorOf(lab, devKey('Validator'))
    const miner = { ...toyExchange().miner, host: server.host, port: server.port }
    const arrivals = []
    for (const index of [1, 2, 3]) arrivals.push(await askMiner(miner, toyAsk({}, String(index).repeat(32)), context, never))
    const handshakes = server.requests.filter(({ head }) => head.includes('/v1/assay/session')).length
    const sealed = server.requests.filter(({ head }) => head.includes(sessionScheme)).length
    return { arrivals, handshakes, sealed, heads: server.requests.map(({ head }) => head) }
  }
  const answer = ({ socket, body }: RawRequest) => void socket.write(httpReply(JSON.stringify(toyAnswer(JSON.parse(body)))))
  const told = (arrivals: readonly { kind: string }[]) => arrivals.map(({ kind }) => kind)

  it.each<[string, (request: RawRequest) => void]>([
    ['has no sessions', ({ socket }) => void socket.write(httpReply('{}', {}, '404 Not Found'))],
    ['opens none', ({ socket }) => void socket.write(httpReply('{}', {}, '503 Service Unavailable'))],
    ['answers nonsense', ({ socket }) => void socket.write(httpReply('[[[['))],
    ['answers without end', ({ socket }) => void socket.write(httpReply('x'.repeat(100_000)))],
    ['hangs up', ({ socket }) => void socket.destroy()],
    [
      'signs with another key',
      ({ socket }) =>
        void socket.write(
          httpReply(
            JSON.stringify({
              ...{ version: 'assay/session/1', sessionId: 'a'.repeat(32), minerKey: `09${'0'.repeat(62)}`, lifetimeMs: 60_000 },
              signature: `0x${'5a'.repeat(64)}`,
            }),
          ),
        ),
    ],
  ])('signs its requests where it %s, and does not try again at each', async (_, play) => {
    const { arrivals, handshakes, sealed, heads } = await askThrice((request, isHandshake) =>
      isHandshake ? play(request) : answer(request),
    )
    expect([told(arrivals), handshakes, sealed]).toEqual([['answer', 'answer', 'answer'], 1, 0])
    expect(heads.filter(head => head.includes(authHeaders.signature))).toHaveLength(4)
  })
})

describe('an answer inside a session', () => {
  const tampered: readonly [string, (body: Buffer) => Buffer, Readonly<Record<string, string>>][] = [
    ['that was altered on the way', body => Buffer.from(body.map((byte, at) => (at === 20 ? byte ^ 1 : byte))), {}],
    ['that was cut short', body => body.subarray(0, -1), {}],
    ['that came in clear', () => Buffer.from('{}'), { 'content-type': 'application/json' }],
  ]
  it.each(tampered)('%s is malformed', async (_, alter, headers) => {
    const lab = openLab()
    // Stands between the two and passes on what it gets, answers changed.
    const between = await startRawServer(
      ({ head, body, socket }) => {
        const path = / (\S+) /.exec(head)?.[1] ?? ''
        const sent = Object.fromEntries(
          head
            .split('\r\n')
            .slice(1)
            .map(line => line.split(': ') as [string, string]),
        )
        const { host: _host, connection: _connection, 'content-length': _length, ...rest } = sent
        void lab.dispatcher
          .request({ origin: miner.running.url, path, method: 'POST', headers: rest, body: Buffer.from(body, 'latin1') })
          .then(async response => {
            const bytes = Buffer.from(await response.body.arrayBuffer())
            const type = String(response.headers['content-type'])
            const whole = path.includes('session') ? bytes : alter(bytes)
            socket.write(httpReply(whole, { 'content-type': type, ...(path.includes('session') ? {} : headers) }))
          })
      },
      undefined,
      'latin1',
    )
    closers.push(between.close)
    const { context } = validatorOf(lab)
    const via = { ...lab.minerOf(miner), host: between.host, port: between.port }
    expect(await askMiner(via, chatAsk(miner.model.manifestDigest), context, never)).toMatchObject({ kind: 'none', reason: 'malformed' })
  })
})
