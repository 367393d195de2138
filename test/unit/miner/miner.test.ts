import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findSignatureProblem } from '../../../shared/identity/find-signature-problem.ts'
import { answerText } from '../../../shared/models/answer-text.ts'
import { parseChatAnswer, parseCompletionAnswer, textOf } from '../../../shared/protocol/answer.ts'
import type { ChatAsk } from '../../../shared/protocol/ask.ts'
import { contentDigest, promptDigest } from '../../../shared/protocol/content-digest.ts'
import { noiseKey } from '../../../shared/protocol/noise-key.ts'
import { floatBytes, unpackFloats, unpackTokenIds } from '../../../shared/protocol/pack-numbers.ts'
import { receiptBytes, receiptDigest } from '../../../shared/protocol/receipt-bytes.ts'
import { sha256Hex } from '../../../shared/util/sha256-hex.ts'
import { chatAsk, signedRequest } from '../../support/signed-ask.ts'
import { codeOf, startTestMiner, type TestMiner } from '../../support/test-miner.ts'

describe('a running miner', () => {
  let miner: TestMiner
  beforeAll(async () => {
    miner = await startTestMiner()
  })
  afterAll(() => miner.stop())
  const ask = (...changes: Parameters<typeof chatAsk> extends [string, ...infer Rest] ? Rest : never) =>
    chatAsk(miner.model.manifestDigest, ...changes)
  const send = (body: unknown, path?: string) =>
    miner.send(signedRequest(miner.cast.validator, miner.cast.miner.hotkey, body, path === undefined ? {} : { path }))

  it('announces the address it listens at', () => {
    expect(miner.chain.served).toEqual([miner.running.axon])
    expect(miner.running.url).toBe(`http://127.0.0.1:${miner.running.axon.port}`)
  })

  it('answers a chat with a receipt that states and proves all of it', async () => {
    const body = ask()
    const reply = await send(body)
    expect(reply.text).not.toContain('error')
    const answer = parseChatAnswer(reply.json)
    const { receipt, signature, certificate = null, logProbs } = answer.assay
    const { miner: self, validator } = miner.cast
    const promptIds = miner.model.promptIdsOf(body)
    const sampling = { temperature: 1, topK: 0, maxTokens: 16 }
    const digests = { manifestDigest: miner.model.manifestDigest, promptDigest: promptDigest(promptIds) }
    expect(receipt).toMatchObject({
      ...digests,
      requestId: body.assay.requestId,
      miner: self.hotkey,
      validator: validator.hotkey,
      sampling,
    })
    expect(receipt.contentDigest).toBe(contentDigest({ ...digests, sampling, scope: 'miner' }))
    expect(receipt.certificateDigest).not.toBeNull()
    expect(
      findSignatureProblem({
        ...{ hotkey: self.hotkey, netuid: 2, certificateDigest: receipt.certificateDigest, bytes: receiptBytes(receipt) },
        ...{ signature, certificate, signedMs: receipt.times.finishedMs, arrivedMs: Date.now() },
      }),
    ).toBeNull()
    expect(receipt.logProbsDigest).toBe(sha256Hex(floatBytes(unpackFloats(logProbs))))
    const ids = unpackTokenIds(receipt.tokenIds)
    const key = noiseKey({
      requestSeed: body.assay.requestSeed,
      contentDigest: receipt.contentDigest,
      choice: 0,
      scope: 'miner',
      hotkey: self.hotkey,
    })
    expect(ids).toEqual([...[...key.slice(0, 8)].map(byte => 40 + (byte % 200)), 2])
    expect(textOf(answer)).toBe(answerText(miner.model, ids))
    expect(receipt.textDigest).toBe(sha256Hex(textOf(answer)))
    expect(answer.usage).toEqual({ prompt_tokens: promptIds.length, completion_tokens: 9, total_tokens: promptIds.length + 9 })
  })

  it('continues a plain prompt of token ids on its own route', async () => {
    const { messages: _, ...rest } = ask({ max_tokens: 4 })
    const body = { ...rest, prompt: [1, 332, 317] }
    const answer = parseCompletionAnswer((await send(body, '/v1/completions')).json)
    expect(answer.assay.receipt).toMatchObject({ finishReason: 'length', promptTokens: 3, promptDigest: promptDigest([1, 332, 317]) })
  })

  it('numbers the receipts of a pair and chains their digests', async () => {
    const first = parseChatAnswer((await send(ask())).json).assay.receipt
    const second = parseChatAnswer((await send(ask())).json).assay.receipt
    expect(second.sequence).toBe(first.sequence + 1)
    expect(second.previousDigest).toBe(receiptDigest(first))
  })

  it('names its own manifest to a caller that asks for another', async () => {
    const reply = await send(ask({}, { manifestDigest: 'a'.repeat(64) }))
    expect(reply.status).toBe(409)
    expect(reply.text).toContain(miner.model.manifestDigest)
  })

  it.each<[string, Partial<ChatAsk> & Record<string, unknown>, Partial<ChatAsk['assay']>, string]>([
    ['another subnet', {}, { netuid: 3 }, 'MINER_NETUID'],
    ['another model', { model: 'gpt-5' }, {}, 'MINER_MODEL'],
    ['more tokens than the context holds', { max_tokens: 512 }, {}, 'ENGINE_CONTEXT'],
    ['a prompt far beyond the context', { messages: [{ role: 'user', content: 'x'.repeat(900_000) }] }, {}, 'ENGINE_CONTEXT'],
    ['a member that the protocol does not have', { seed: 7 }, {}, 'PROTO_SHAPE'],
  ])('refuses %s without running the engine', async (_, changes, assay, code) => {
    const before = miner.engine.calls()
    expect(codeOf(await send(ask(changes, assay)))).toBe(code)
    expect(miner.engine.calls()).toBe(before)
  })

  it('refuses a request id that is not the signed one', async () => {
    const request = signedRequest(miner.cast.validator, miner.cast.miner.hotkey, ask(), { id: 'a'.repeat(32) })
    expect(codeOf(await miner.send(request))).toBe('MINER_REQUEST_ID')
  })

  it.each([
    ['a neighbour miner that earned a permit', 'neighbour', 'MINER_CALLER_IS_MINER'],
    ['itself', 'miner', 'MINER_CALLER_IS_MINER'],
    ['a stranger', 'stranger', 'MINER_CALLER_UNKNOWN'],
  ] as const)('refuses %s', async (_, who, code) => {
    const reply = await miner.send(signedRequest(miner.cast[who], miner.cast.miner.hotkey, ask()))
    expect([reply.status, codeOf(reply)]).toEqual([403, code])
  })

  it('tells health and figures', async () => {
    const health = await miner.get('/healthz')
    expect([health.status, health.json]).toMatchObject([200, { status: 'serving', hotkey: miner.cast.miner.hotkey, provider: 'toy' }])
    const before = await miner.figure('assay_miner_answers_total')
    await send(ask())
    expect(await miner.figure('assay_miner_answers_total')).toBe(before + 1)
  })

  it('answers what it does not know with short fixed bodies', async () => {
    const missing = await miner.get('/pause?<script>')
    expect([missing.status, missing.text]).toEqual([
      404,
      '{"error":{"message":"There is nothing at this address.","type":"invalid_request_error","param":null,"code":"MINER_NO_ROUTE"}}',
    ])
    const unreadable = await miner.get('/%ff')
    expect([unreadable.status, codeOf(unreadable)]).toEqual([400, 'MINER_BAD_REQUEST'])
  })
})

it('signs times in order also where its clock is set back while it answers: out of order they would convict it', async () => {
  let lagMs = 0
  const miner = await startTestMiner({ modules: { nowMs: () => Date.now() - lagMs } })
  try {
    const open = miner.engine.hold()
    const { validator, miner: self } = miner.cast
    const reply = miner.send(signedRequest(validator, self.hotkey, chatAsk(miner.model.manifestDigest)))
    await vi.waitUntil(() => miner.engine.active() === 1)
    lagMs = 3_600_000
    open()
    const { receivedMs, startedMs, finishedMs } = parseChatAnswer((await reply).json).assay.receipt.times
    expect([startedMs >= receivedMs, finishedMs >= startedMs]).toEqual([true, true])
  } finally {
    await miner.stop()
  }
})
