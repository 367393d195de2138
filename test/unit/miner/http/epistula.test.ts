import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseChatAnswer } from '../../../../shared/protocol/answer.ts'
import { epistulaBytes, epistulaHeaders } from '../../../../shared/protocol/epistula.ts'
import { chatAsk, type RawRequest, withHeaders } from '../../../support/signed-ask.ts'
import { codeOf, type Reply, startTestMiner, type TestMiner } from '../../../support/test-miner.ts'

const told = (reply: Reply) => `${reply.status} ${codeOf(reply) ?? ''}`

describe('a request signed by Epistula 2', () => {
  let miner: TestMiner
  beforeAll(async () => {
    miner = await startTestMiner()
  })
  afterAll(() => miner.stop())

  const plain = { model: 'assay-tiny', messages: [{ role: 'user', content: 'What is 17 plus 25?' }], max_tokens: 16, seed: 7 }
  const signed = (
    body: object = plain,
    parts: { caller?: 'validator' | 'stranger'; timestampMs?: number; signedFor?: string } = {},
  ): RawRequest => {
    const { caller = 'validator', timestampMs = Date.now(), signedFor = miner.cast.miner.hotkey } = parts
    const bytes = Buffer.from(JSON.stringify(body))
    const uuid = randomUUID()
    const pair = miner.cast[caller]
    const signature = `0x${Buffer.from(pair.sign(epistulaBytes({ body: bytes, uuid, timestampMs, signedFor }))).toString('hex')}`
    const headers = {
      'content-type': 'application/json',
      [epistulaHeaders.version]: '2',
      [epistulaHeaders.timestamp]: String(timestampMs),
      [epistulaHeaders.uuid]: uuid,
      [epistulaHeaders.signedBy]: pair.hotkey,
      [epistulaHeaders.signedFor]: signedFor,
      [epistulaHeaders.signature]: signature,
    }
    return { method: 'POST', path: '/v1/chat/completions', headers, body: bytes }
  }

  it('is answered with a receipt, though it knows OpenAI’s protocol alone', async () => {
    const { receipt } = parseChatAnswer((await miner.send(signed())).json).assay
    expect(receipt).toMatchObject({ validator: miner.cast.validator.hotkey, sampling: { temperature: 1, maxTokens: 16 }, scope: 'miner' })
  })

  it('gets the same answer to the same seed, and another to another', async () => {
    const textOf = async (seed: number) => parseChatAnswer((await miner.send(signed({ ...plain, seed }))).json).choices[0]?.message.content
    const first = await textOf(7)
    expect([(await textOf(7)) === first, (await textOf(8)) === first]).toEqual([true, false])
  })

  it('may bring what our protocol needs', async () => {
    const ask = chatAsk(miner.model.manifestDigest)
    expect(parseChatAnswer((await miner.send(signed(ask))).json).assay.receipt.requestId).toBe(ask.assay.requestId)
  })

  it('must say what makes its one right answer', async () => {
    const { seed: _seed, ...unseeded } = plain
    const { max_tokens: _length, ...endless } = plain
    expect(told(await miner.send(signed(unseeded)))).toBe('400 PROTO_PARAMETER')
    expect(told(await miner.send(signed({ ...unseeded, temperature: 0 })))).toBe('200 ')
    expect(told(await miner.send(signed(endless)))).toBe('400 PROTO_PARAMETER')
    expect(told(await miner.send(signed({ ...plain, n: 2 })))).toBe('400 PROTO_PARAMETER')
    expect(told(await miner.send(signed({ ...plain, model: 'gpt-5' })))).toBe('404 MINER_MODEL')
  })

  it('is answered once', async () => {
    const request = signed()
    const replies = await Promise.all([miner.send(request), miner.send(request)])
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(told(await miner.send(request))).toBe('409 MINER_REPLAYED')
  })

  it('is refused where it is of a stranger, for another or for nobody, stale, or altered', async () => {
    expect(told(await miner.send(signed(plain, { caller: 'stranger' })))).toBe('403 MINER_CALLER_UNKNOWN')
    expect(told(await miner.send(signed(plain, { signedFor: miner.cast.neighbour.hotkey })))).toBe('401 MINER_RECEIVER')
    expect(told(await miner.send(signed(plain, { signedFor: '' })))).toBe('401 MINER_AUTH_HEADERS')
    expect(told(await miner.send(signed(plain, { timestampMs: Date.now() - 8_500 })))).toBe('401 MINER_TIME')
    expect(told(await miner.send(signed(plain, { timestampMs: Date.now() - 7_000 })))).toBe('200 ')
    expect(told(await miner.send(signed(plain, { timestampMs: Date.now() + 60_000 })))).toBe('401 MINER_TIME')
    expect(told(await miner.send({ ...signed(), body: Buffer.from('{}') }))).toBe('401 MINER_SIGNATURE')
  })

  it.each([
    ['version', '1'],
    ['timestamp', '1.5e12'],
    ['uuid', 'x'],
    ['signedBy', '0x00'],
    ['signature', '0x'],
    ['signature', undefined],
  ] as const)('is refused with a header %s of %s', async (name, value) => {
    expect(told(await miner.send(withHeaders(signed(), { [epistulaHeaders[name]]: value })))).toBe('401 MINER_AUTH_HEADERS')
  })

  it('opens no session: its signature names neither path nor purpose', async () => {
    expect(told(await miner.send({ ...signed(), path: '/v1/assay/session' }))).toBe('401 MINER_AUTH_HEADERS')
  })
})
