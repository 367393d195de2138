import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseChatAnswer, textOf } from '../../shared/protocol/answer.ts'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { chatAsk, type RawRequest, signedRequest, withHeaders } from '../support/signed-ask.ts'
import { codeOf, startTestMiner, type TestMiner } from '../support/test-miner.ts'

const header = (name: keyof typeof authHeaders, value: string) => (request: RawRequest) =>
  withHeaders(request, { [authHeaders[name]]: value })
const replaceBody = (from: string, to: string) => (request: RawRequest) => ({
  ...request,
  body: Buffer.from(Buffer.from(request.body).toString('utf8').replace(from, to)),
})

describe('F05: a request that was changed on its way', () => {
  let miner: TestMiner
  beforeAll(async () => {
    miner = await startTestMiner()
  })
  afterAll(() => miner.stop())
  const sign = (assay = {}) => signedRequest(miner.cast.validator, miner.cast.miner.hotkey, chatAsk(miner.model.manifestDigest, {}, assay))

  it.each<[string, (request: RawRequest) => RawRequest]>([
    ['another scheme', header('scheme', 'assay-2')],
    ['a later time', request => header('time', String(Number(request.headers[authHeaders.time]) + 1))(request)],
    ['another id', header('id', randomBytes(16).toString('hex'))],
    ['another admitted caller', request => header('caller', miner.cast.lesser.hotkey)(request)],
    ['another route', request => ({ ...request, path: '/v1/completions' })],
    ['a query', request => ({ ...request, path: `${request.path}?max_tokens=500` })],
    ['a longer deadline', replaceBody('"deadlineMs":10000', '"deadlineMs":90000')],
    ['another model', replaceBody('"model":"assay-tiny"', '"model":"assay-huge"')],
    ['a shorter body', request => ({ ...request, body: request.body.slice(0, -1) })],
    ['a longer body', request => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) })],
  ])('is refused with 401: %s', async (_, change) => {
    expect((await miner.send(change(sign()))).status).toBe(401)
    expect(miner.engine.calls()).toBe(0)
  })

  it('reads no meaning from a header that nobody signed', async () => {
    const fixed = { requestSeed: 'ab'.repeat(32) }
    const plain = parseChatAnswer((await miner.send(sign(fixed))).json)
    const names = {
      timeout: '1',
      model: 'gpt-5',
      'x-http-method-override': 'DELETE',
      'x-forwarded-for': '192.0.2.1',
      bt_header_axon_hotkey: 'x',
    }
    const dressed = parseChatAnswer((await miner.send(withHeaders(sign(fixed), names))).json)
    expect(textOf(dressed)).toBe(textOf(plain))
  })

  it.each([
    ['gzip', 'content-encoding', 'MINER_ENCODING'],
    ['text/plain', 'content-type', 'MINER_MEDIA_TYPE'],
  ])('refuses %s as %s, since reading it would change the body', async (value, name, code) => {
    const reply = await miner.send(withHeaders(sign(), { [name]: value }))
    expect([reply.status, codeOf(reply)]).toEqual([415, code])
  })
})
