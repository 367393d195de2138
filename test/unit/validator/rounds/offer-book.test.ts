import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { type OfferPage, offerDigest } from '../../../../shared/protocol/offer.ts'
import { minerKey, type RoundMiner } from '../../../../validator/challenge/drawn-request.ts'
import { fetchOffer } from '../../../../validator/query/fetch-offer.ts'
import { openDialer } from '../../../../validator/query/open-dialer.ts'
import { buildOfferBook } from '../../../../validator/rounds/offer-book.ts'
import { readOffers } from '../../../../validator/storage/offer-table.ts'
import { openStore } from '../../../../validator/storage/open-store.ts'
import { httpReply, startRawServer } from '../../../support/raw-server.ts'
import { startTestMiner } from '../../../support/test-miner.ts'
import { devKey } from '../../../support/toy-exchange.ts'
import { toyBenchmarkMs, toyOffer, toyOfferPage } from '../../../support/toy-offer.ts'

beforeAll(waitForCrypto)

const closers: Array<() => unknown> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const signal = new AbortController().signal
const page = (...offers: OfferPage['offers']): OfferPage => ({ offers, benchmark: null })

function dialer(allowPrivate = true) {
  const dispatcher = openDialer({
    allowPrivate,
    ...{ connectTimeoutMs: 1_000, headersTimeoutMs: 2_000, idleTimeoutMs: 2_000, connectionsPerMiner: 4 },
  })
  closers.push(() => dispatcher.destroy())
  return dispatcher
}

/** A miner that shows whatever `shown` holds, and a validator's book. */
async function lab(first: OfferPage | string = page(toyOffer())) {
  const shown: { body: OfferPage | string } = { body: first }
  const server = await startRawServer(({ socket }) => {
    const { body } = shown
    if (typeof body === 'string') socket.write(body)
    else socket.write(httpReply(JSON.stringify(body)))
  })
  closers.push(server.close)
  const store = openStore(null)
  closers.push(() => store.close())
  const problems: string[] = []
  const book = buildOfferBook({
    ...{ store, dispatcher: dialer(), netuid: 2, timeoutMs: 1_000, nowMs: () => toyBenchmarkMs + 1_000 },
    onProblem: (_miner, problem) => problems.push(problem),
  })
  const { hotkey, coldkey } = devKey('Miner')
  const miner: RoundMiner = { uid: 1, hotkey, coldkey, registeredAtBlock: 7, host: server.host, port: server.port }
  const look = async (epoch: number) => {
    await book.refresh([miner], epoch, 5_000, signal)
    return (await book.standing([miner], epoch)).get(minerKey(miner))?.map(({ offer }) => [offer.epoch, offer.priceRao])
  }
  return { shown, server, store, problems, book, miner, look }
}

describe("a validator's book of offers", () => {
  it('reads an offer once an epoch and keeps it', async () => {
    const { look, server, shown } = await lab()
    expect(await look(4)).toEqual([[4, 0]])
    expect(await look(4)).toEqual([[4, 0]])
    expect(server.requests).toHaveLength(1)
    shown.body = page(toyOffer({ epoch: 5, priceRao: 3 }), toyOffer())
    expect(await look(5)).toEqual([[5, 3]])
    expect(server.requests).toHaveLength(2)
    expect(server.requests[0]?.head.split('\r\n')[0]).toBe('GET /v1/assay/offer HTTP/1.1')
  })

  it('asks again in the next round where the miner still shows the epoch before, under which it may be asked meanwhile', async () => {
    const { look, server, shown } = await lab()
    expect(await look(5)).toEqual([[4, 0]])
    shown.body = page(toyOffer({ epoch: 5 }), toyOffer())
    expect(await look(5)).toEqual([[5, 0]])
    expect(server.requests).toHaveLength(2)
    expect(await look(7)).toBeUndefined()
  })

  it('finds the second offer for an epoch when the miner shows it later', async () => {
    const { look, shown } = await lab(page(toyOffer({ priceRao: 1 })))
    await look(4)
    shown.body = page(toyOffer({ epoch: 5 }), toyOffer({ priceRao: 2 }))
    expect(await look(5)).toEqual([
      [5, 0],
      [4, 1],
      [4, 2],
    ])
  })

  it('keeps two offers for an epoch at most', async () => {
    const { look, shown, store } = await lab(page(toyOffer({ priceRao: 1 }), toyOffer({ priceRao: 2 })))
    await look(5)
    shown.body = page(toyOffer({ priceRao: 3 }), toyOffer({ priceRao: 4 }))
    await look(5)
    expect((await readOffers(store, 0, 10)).get(devKey('Miner').hotkey)).toHaveLength(2)
  })

  it('takes no offer that is not signed for it, and says so once an epoch', async () => {
    const { look, problems, server } = await lab(page(toyOffer({}, {}, devKey('Other'))))
    expect([await look(4), await look(4)]).toEqual([undefined, undefined])
    expect(problems).toEqual(["an offer is not this miner's on this subnet"])
    expect(server.requests).toHaveLength(1)
  })

  it('takes a capacity with its benchmark, and none for an epoch far from ours', async () => {
    const { look, shown, book, miner } = await lab(toyOfferPage(120))
    await look(4)
    expect((await book.standing([miner], 4)).get(minerKey(miner))?.[0]?.offer.models[0]?.capacity).toBe(120)
    shown.body = page(toyOffer({ epoch: 1_000_000 }))
    expect(await look(9)).toBeUndefined()
  })

  it('asks again in the next round where a miner shows none, as anybody on the way could have made it seem, or could not be reached', async () => {
    const without = await lab('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
    expect([await without.look(4), await without.look(4)]).toEqual([undefined, undefined])
    expect(without.server.requests).toHaveLength(2)
    without.shown.body = page(toyOffer())
    expect(await without.look(4)).toEqual([[4, 0]])
    const broken = await lab('HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n')
    await broken.look(4)
    broken.shown.body = page(toyOffer())
    expect(await broken.look(4)).toEqual([[4, 0]])
  })

  it('does not wait for a miner longer than it was told, and takes what comes later in the next round', async () => {
    let reply: () => void = () => {}
    const server = await startRawServer(({ socket }) => {
      reply = () => socket.write(httpReply(JSON.stringify(page(toyOffer()))))
    })
    const { miner, book, store } = await lab()
    closers.push(server.close)
    const slow = { ...miner, host: server.host, port: server.port }
    await book.refresh([slow], 4, 50, signal)
    expect((await book.standing([slow], 4)).size).toBe(0)
    while (server.requests.length === 0) await new Promise(resolve => setImmediate(resolve))
    reply()
    while ((await readOffers(store, 4, 4)).size === 0) await new Promise(resolve => setImmediate(resolve))
    expect((await book.standing([slow], 4)).size).toBe(1)
  })

  it('reads the offer of a real miner', async () => {
    const running = await startTestMiner()
    closers.push(() => running.stop())
    const { book, store } = await lab()
    const { hostname, port } = new URL(running.running.url)
    const miner = {
      ...devKey('Miner'),
      uid: 1,
      hotkey: running.cast.miner.hotkey,
      registeredAtBlock: 1,
      host: hostname,
      port: Number(port),
    }
    await book.refresh([miner], 0, 5_000, signal)
    const [offer] = (await readOffers(store, 0, 0)).get(miner.hotkey) ?? []
    expect(offer?.offer).toMatchObject({ epoch: 0, tier: 'standard' })
    expect(offer && offerDigest(offer.offer)).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('reading an offer', () => {
  const hostile: Readonly<Record<string, string>> = {
    'a body without end': `HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n${'['.repeat(600_000)}`,
    'deep nesting': String(httpReply('['.repeat(5_000))),
    'a key twice': String(httpReply('{"offers":[],"offers":[],"benchmark":null}')),
    'no offers': String(httpReply('{"offers":[],"benchmark":null}')),
    'what is no JSON': String(httpReply('<html>')),
    'bytes that are compressed': 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}',
    'no HTTP': 'SSH-2.0-OpenSSH\r\n\r\n',
  }
  it.each(Object.keys(hostile))('is not upset by %s', async name => {
    const { miner, shown } = await lab()
    shown.body = hostile[name] ?? ''
    expect(await fetchOffer(miner, dialer(), AbortSignal.timeout(2_000))).toMatchObject({ kind: 'failed' })
  })

  it('gives up at its deadline, and dials no private address unless it may', async () => {
    const { miner, server } = await lab('')
    expect(await fetchOffer(miner, dialer(), AbortSignal.timeout(50))).toMatchObject({ kind: 'failed' })
    const before = server.requests.length
    expect(await fetchOffer(miner, dialer(false), AbortSignal.timeout(2_000))).toMatchObject({ kind: 'failed' })
    expect(server.requests).toHaveLength(before)
  })
})
