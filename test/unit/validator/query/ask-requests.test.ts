import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import type { DrawnRequest } from '../../../../validator/challenge/drawn-request.ts'
import { askRequests, type RoundTiming, type SendContext } from '../../../../validator/query/ask-requests.ts'
import type { Exchange } from '../../../../validator/query/exchange.ts'
import { openDialer } from '../../../../validator/query/open-dialer.ts'
import { toyAsk } from '../../../support/ask-hostile.ts'
import { httpReply, type RawRequest, type RawServer, startRawServer } from '../../../support/raw-server.ts'
import { toyAnswer } from '../../../support/toy-answer.ts'
import { devKey, toyExchange } from '../../../support/toy-exchange.ts'

beforeAll(waitForCrypto)

const closers: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const honest = ({ socket, body }: RawRequest) => void socket.write(httpReply(JSON.stringify(toyAnswer(JSON.parse(body)))))

async function lab(play: (request: RawRequest) => void, changes: Partial<SendContext> & { connections?: number } = {}) {
  const server = await startRawServer(play)
  const dispatcher = openDialer({
    ...{ allowPrivate: true, connectTimeoutMs: 1_000, headersTimeoutMs: 600_000, idleTimeoutMs: 5_000 },
    connectionsPerMiner: changes.connections ?? 32,
  })
  closers.push(server.close, () => dispatcher.destroy())
  const sent: Array<Omit<Exchange, 'arrival'>> = []
  const onSend = async (request: Omit<Exchange, 'arrival'>) => void sent.push(request)
  const context: SendContext = { dispatcher, signer: devKey('Validator'), capBytes: 100_000, headNumber: () => 100, onSend, ...changes }
  return { server, context, sent }
}

function requestsTo(server: RawServer, times: readonly number[]): DrawnRequest[] {
  const miner = { ...toyExchange().miner, host: server.host, port: server.port }
  return times.map((at, index) => {
    const { deadlineBlock, deadlineMs, ...assay } = toyAsk({}, index.toString(16).padStart(32, '0')).assay
    return { miner, at, promptIds: [3, 1, 20], askedWork: 8.3, ask: { ...toyAsk(), assay } }
  })
}

const timing = (changes: Partial<RoundTiming> = {}): RoundTiming => ({
  ...{ round: 3, startedAtMs: performance.now(), lengthMs: 300, deadlineBlocks: 4, blockTimeMs: 500 },
  ...changes,
})
const never = new AbortController().signal

async function collect(exchanges: AsyncIterable<Exchange>): Promise<Exchange[]> {
  const all: Exchange[] = []
  for await (const exchange of exchanges) all.push(exchange)
  return all
}

describe('a round of requests', () => {
  it('sends each at its time, with a deadline of its own, and yields every exchange', async () => {
    const { server, context, sent } = await lab(honest)
    const startedAtMs = performance.now()
    const sentAt: number[] = []
    const onSend = async (request: Omit<Exchange, 'arrival'>) => {
      sentAt.push(performance.now() - startedAtMs)
      sent.push(request)
    }
    const exchanges = await collect(askRequests(requestsTo(server, [0, 0.5, 0.99]), timing({ startedAtMs }), { ...context, onSend }, never))
    expect(exchanges.map(({ arrival }) => arrival.kind)).toEqual(['answer', 'answer', 'answer'])
    expect(sent.map(({ ask, sentBlock, round }) => [ask.assay.deadlineBlock, ask.assay.deadlineMs, sentBlock, round])).toEqual(
      Array(3).fill([104, 1_750, 100, 3]),
    )
    for (const [index, at] of [0, 150, 297].entries()) expect(sentAt[index]).toBeGreaterThanOrEqual(at - 2)
  })

  it('has no requests, and ends', async () => {
    const { context } = await lab(honest)
    expect(await collect(askRequests([], timing(), context, never))).toEqual([])
  })

  it('ends by its deadlines, also for requests that never got a connection', async () => {
    const { server, context } = await lab(() => {}, { connections: 1 })
    const started = performance.now()
    const exchanges = await collect(askRequests(requestsTo(server, [0, 0, 0, 0, 0]), timing({ blockTimeMs: 100 }), context, never))
    expect(exchanges.map(({ arrival }) => arrival.kind === 'none' && `${arrival.reason} ${arrival.ours}`)).toEqual(
      Array(5).fill('timeout false'),
    )
    expect(performance.now() - started).toBeLessThan(3_000)
  })

  it('holds up nobody else where one miner answers nothing', async () => {
    const silent = await startRawServer(() => {}, '127.0.0.4')
    closers.push(silent.close)
    const { server, context } = await lab(honest, { maxRunning: 16 })
    const stuck = requestsTo(silent, Array(30).fill(0)).map((request, index) => {
      const miner = { ...request.miner, hotkey: devKey('Silent').hotkey }
      return { ...request, miner, ask: { ...request.ask, assay: { ...request.ask.assay, requestId: `f${index}`.padStart(32, '0') } } }
    })
    const requests = [...stuck, ...requestsTo(server, Array(20).fill(0.5))]
    const answered: string[] = []
    for await (const { arrival } of askRequests(requests, timing({ blockTimeMs: 600_000 }), context, never)) {
      answered.push(arrival.kind)
      if (answered.length === 20) break
    }
    expect(answered).toEqual(Array(20).fill('answer'))
    expect(silent.requests).toHaveLength(8)
  })

  it('calls an answer late that came in the deadline block', async () => {
    let head = 100
    const { server, context } = await lab(
      request =>
        void setTimeout(() => {
          head = 104
          honest(request)
        }, 300),
      { headNumber: () => head },
    )
    const [exchange] = await collect(askRequests(requestsTo(server, [0]), timing({ blockTimeMs: 200 }), context, never))
    expect(exchange?.arrival).toMatchObject({ kind: 'none', reason: 'late', ours: false })
  })

  it('takes a leap of the chain for our own fault: no miner is charged for a connection that we lost', async () => {
    let head = 100
    const { server, context } = await lab(
      request => {
        head = 200
        honest(request)
      },
      { headNumber: () => head },
    )
    const [exchange] = await collect(askRequests(requestsTo(server, [0]), timing({ blockTimeMs: 1_000 }), context, never))
    expect(exchange?.arrival).toMatchObject({ kind: 'none', reason: 'late', ours: true })
  })

  it('takes blocks that passed before a request left for our own fault: a settlement may hold the database', async () => {
    let head = 100
    const { server, context } = await lab(
      request =>
        void setTimeout(() => {
          head = 104
          honest(request)
        }, 300),
      {
        headNumber: () => head,
        onSend: async () => {
          head = 102
        },
      },
    )
    const [exchange] = await collect(askRequests(requestsTo(server, [0]), timing({ blockTimeMs: 200 }), context, never))
    expect(exchange?.arrival).toMatchObject({ kind: 'none', reason: 'late', ours: true })
  })

  it('that is stopped sends nothing more, and what was under way is our own loss', async () => {
    const stopping = new AbortController()
    const { server, context } = await lab(() => stopping.abort())
    const exchanges = await collect(askRequests(requestsTo(server, [0, 0.9]), timing({ lengthMs: 60_000 }), context, stopping.signal))
    expect(exchanges.map(({ arrival }) => arrival)).toMatchObject([{ kind: 'none', reason: 'lost', ours: true }])
    expect(server.requests).toHaveLength(1)
  })

  it('whose reader goes away gives up what is under way', async () => {
    const waiting: RawRequest[] = []
    const { server, context } = await lab(request => {
      waiting.push(request)
      if (waiting.length === 1) honest(request)
    })
    for await (const exchange of askRequests(requestsTo(server, [0, 0.01]), timing({ blockTimeMs: 100_000 }), context, never)) {
      expect(exchange.arrival.kind).toBe('answer')
      while (waiting.length < 2) await new Promise(resolve => setImmediate(resolve))
      break
    }
    await new Promise(resolve => waiting[1]?.socket.once('close', resolve))
  })

  it('throws where a request cannot be stored, before it leaves', async () => {
    const { server, context } = await lab(honest, {
      onSend: async () => {
        throw new Error('disk full')
      },
    })
    await expect(collect(askRequests(requestsTo(server, [0, 0.9]), timing(), context, never))).rejects.toThrow('disk full')
    expect(server.requests).toHaveLength(0)
  })
})
