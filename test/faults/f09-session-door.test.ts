import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createX25519Key } from '../../shared/identity/x25519.ts'
import { parseChatAnswer } from '../../shared/protocol/answer.ts'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { sessionHeaders, sessionPath } from '../../shared/protocol/session.ts'
import { times } from '../support/full-faults.ts'
import { pipelineRequests } from '../support/pipeline-requests.ts'
import { genesisHash, openSessionLab, type SessionLab, sealedRequest } from '../support/session-lab.ts'
import { chatAsk, type RawRequest, signedRequest, withHeaders } from '../support/signed-ask.ts'
import { castNeurons, codeOf, type Reply, startTestMiner, type TestMiner } from '../support/test-miner.ts'

const told = (reply: Reply) => `${reply.status} ${codeOf(reply) ?? ''}`

describe('the session door under faults F01 to F09', () => {
  let miner: TestMiner
  let lab: SessionLab
  let ask: () => ReturnType<typeof chatAsk>
  let clockMs = 0
  beforeAll(async () => {
    miner = await startTestMiner({ modules: { monotonicMs: () => performance.now() + clockMs } })
    lab = openSessionLab()
    ask = () => chatAsk(miner.model.manifestDigest)
  })
  afterAll(async () => {
    await lab.close()
    await miner.stop()
  })
  const handshake = (changes: object = {}, caller = miner.cast.validator, receiver = miner.cast.miner.hotkey): RawRequest => {
    const body = { version: 'assay/session/1', netuid: 2, genesisHash, callerKey: createX25519Key().publicHex, ...changes }
    return signedRequest(caller, receiver, body, { path: sessionPath, id: randomBytes(16).toString('hex') })
  }
  const altered = (request: RawRequest, at: number): RawRequest => {
    const body = Buffer.from(request.body)
    body[at] = (body[at] ?? 0) ^ 1
    return { ...request, body }
  }

  it('answers inside a session, sealed, and with the same receipt as outside', async () => {
    const session = await lab.open(miner)
    const { request, reply } = sealedRequest(session, ask())
    const response = await lab.dispatcher.request({ origin: miner.running.url, ...request, method: 'POST' })
    const bytes = Buffer.from(await response.body.arrayBuffer())
    expect(bytes.includes('assay-tiny')).toBe(false)
    const answer = parseChatAnswer(JSON.parse(reply.whole(bytes).toString()))
    expect(answer.assay.receipt.validator).toBe(miner.cast.validator.hotkey)
  })

  it('refuses a handshake without a signature, or whose signature does not hold', async () => {
    const signature = authHeaders.signature
    expect(told(await miner.send(withHeaders(handshake(), { [signature]: undefined })))).toBe('401 MINER_AUTH_HEADERS')
    expect(told(await miner.send(withHeaders(handshake(), { [signature]: `0x${'5a'.repeat(64)}` })))).toBe('401 MINER_SIGNATURE')
    expect(told(await miner.send(altered(handshake(), 40)))).toBe('401 MINER_SIGNATURE')
  })

  it('refuses a handshake for another miner, of a stranger, of another time, and one that is repeated', async () => {
    const { stranger, neighbour } = miner.cast
    expect(told(await miner.send(handshake({}, undefined, neighbour.hotkey)))).toBe('401 MINER_RECEIVER')
    expect(told(await miner.send(handshake({}, stranger)))).toBe('403 MINER_CALLER_UNKNOWN')
    expect(told(await miner.send(withHeaders(handshake(), { [authHeaders.time]: String(Date.now() - 3_600_000) })))).toBe('401 MINER_TIME')
    const first = handshake()
    expect([told(await miner.send(first)), told(await miner.send(first))]).toEqual(['200 ', '409 MINER_REPLAYED'])
  })

  it('refuses a handshake for another chain or subnet, and a key that makes every secret zero', async () => {
    expect(told(await miner.send(handshake({ genesisHash: `0x${'02'.repeat(32)}` })))).toBe('400 MINER_SESSION_CHAIN')
    expect(told(await miner.send(handshake({ netuid: 3 })))).toBe('400 MINER_SESSION_CHAIN')
    expect(told(await miner.send(handshake({ callerKey: '0'.repeat(64) })))).toBe('400 MINER_SESSION_KEY')
    expect(told(await miner.send(handshake({ more: 1 })))).toBe('400 PROTO_SHAPE')
  })

  it('answers a sealed request once, also where it comes over again at once', async () => {
    const { request } = sealedRequest(await lab.open(miner), ask())
    const before = miner.engine.calls()
    const replies = await Promise.all([miner.send(request), miner.send(request), miner.send(request)])
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect(miner.engine.calls()).toBe(before + 1)
  })

  it('takes requests of a session that overtake each other', async () => {
    const session = await lab.open(miner)
    const requests = Array.from({ length: 20 }, () => sealedRequest(session, ask()).request).reverse()
    const replies = await Promise.all(requests.map(request => miner.send(request)))
    expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(200))
  })

  it('refuses a sealed request of which anything was altered, and loses neither its counter nor the session', async () => {
    const session = await lab.open(miner)
    const { request } = sealedRequest(session, ask())
    const before = miner.engine.calls()
    const changed: readonly RawRequest[] = [
      altered(request, 0),
      altered(request, request.body.length - 1),
      { ...request, body: request.body.subarray(0, 10) },
      { ...request, path: '/v1/completions' },
      withHeaders(request, { [sessionHeaders.counter]: '7' }),
      withHeaders(request, { [authHeaders.time]: String(Number(request.headers[authHeaders.time]) + 1) }),
    ]
    for (const each of changed) expect(told(await miner.send(each))).toBe('401 MINER_SIGNATURE')
    expect(miner.engine.calls()).toBe(before)
    expect((await miner.send(request)).status).toBe(200)
  })

  it('refuses a request that is moved into another session', async () => {
    const [one, other] = [await lab.open(miner), await lab.open(miner, miner.cast.lesser)]
    const { request } = sealedRequest(one, ask())
    expect(told(await miner.send(withHeaders(request, { [sessionHeaders.session]: other.id })))).toBe('401 MINER_SIGNATURE')
  })

  it.each([
    ['a counter with a sign', { [sessionHeaders.counter]: '+1' }, '401 MINER_AUTH_HEADERS'],
    ['a counter with a leading zero', { [sessionHeaders.counter]: '01' }, '401 MINER_AUTH_HEADERS'],
    ['a counter beyond all', { [sessionHeaders.counter]: '999999999999999' }, '409 MINER_REPLAYED'],
    ['no counter', { [sessionHeaders.counter]: undefined }, '401 MINER_AUTH_HEADERS'],
    ['an unknown session', { [sessionHeaders.session]: 'a'.repeat(32) }, '401 MINER_SESSION_UNKNOWN'],
    ['a session that is none', { [sessionHeaders.session]: '../' }, '401 MINER_AUTH_HEADERS'],
    ['an old time', { [authHeaders.time]: '1700000000000' }, '401 MINER_TIME'],
  ])('refuses %s', async (_, headers, expected) => {
    const { request } = sealedRequest(await lab.open(miner), ask())
    expect(told(await miner.send(withHeaders(request, headers)))).toBe(expected)
  })

  it('knows a session no more after its end', async () => {
    const { request } = sealedRequest(await lab.open(miner), ask())
    clockMs += 3_000_001
    expect(told(await miner.send(request))).toBe('401 MINER_SESSION_UNKNOWN')
  })
})

describe('sessions with a miner', () => {
  it('are gone after its restart, and the request that was answered before is not answered again', async () => {
    const lab = openSessionLab()
    const before = await startTestMiner()
    const { request } = sealedRequest(await lab.open(before), chatAsk(before.model.manifestDigest))
    expect((await before.send(request)).status).toBe(200)
    await before.stop(true)
    const after = await startTestMiner({ folder: before.folder })
    try {
      expect(told(await after.send(request))).toBe('401 MINER_SESSION_UNKNOWN')
      expect(after.engine.calls()).toBe(0)
    } finally {
      await after.stop()
      await lab.close()
    }
  })

  it('end with the permit, the stake or the registration of their caller', async () => {
    const lab = openSessionLab()
    const miner = await startTestMiner({ flags: { refreshSeconds: 0.05 } })
    try {
      const session = await lab.open(miner)
      const send = async () => told(await miner.send(sealedRequest(session, chatAsk(miner.model.manifestDigest)).request))
      expect(await send()).toBe('200 ')
      miner.chain.neurons = castNeurons(miner.cast).map(each => ({ ...each, validatorPermit: each.uid === 1 }))
      await vi.waitUntil(async () => (await miner.figure('assay_miner_admitted_callers')) === 1)
      expect(await send()).toBe('401 MINER_SESSION_UNKNOWN')
      miner.chain.neurons = castNeurons(miner.cast)
      await vi.waitUntil(async () => (await miner.figure('assay_miner_admitted_callers')) === 2)
      expect(await send()).toBe('401 MINER_SESSION_UNKNOWN')
    } finally {
      await miner.stop()
      await lab.close()
    }
  })

  it('are opened at a bounded rate, before any signature is looked at, while those that are open go on', async () => {
    const lab = openSessionLab()
    const miner = await startTestMiner({ flags: { badSignatureRate: 1_000_000 } })
    try {
      const session = await lab.open(miner)
      const forged = signedRequest(miner.cast.validator, miner.cast.miner.hotkey, {}, { path: sessionPath })
      const flood = pipelineRequests(
        miner.running.url,
        times(2_000, 50_000),
        () => withHeaders(forged, { [authHeaders.time]: String(Date.now()), [authHeaders.signature]: `0x${'5a'.repeat(64)}` }),
        '127.0.0.5',
      )
      const replies = []
      for (let index = 0; index < 20; index++)
        replies.push((await miner.send(sealedRequest(session, chatAsk(miner.model.manifestDigest)).request)).status)
      const { statuses } = await flood
      expect(replies).toEqual(replies.map(() => 200))
      // The burst of one address, and what its rate gave while the flood went on.
      expect(statuses['401'] ?? 0).toBeLessThan(times(150, 1_000))
      expect(statuses['429'] ?? 0).toBeGreaterThan(times(1_800, 45_000))
    } finally {
      await miner.stop()
      await lab.close()
    }
  }, 120_000)
})
