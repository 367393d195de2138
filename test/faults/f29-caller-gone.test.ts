import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseChatAnswer } from '../../shared/protocol/answer.ts'
import { type OpenMiner, startOpenMiner } from '../support/open-miner.ts'
import { openStream } from '../support/read-stream.ts'
import { chatAsk, signedRequest } from '../support/signed-ask.ts'

describe('F29: a caller that closes the connection before its answer', () => {
  let miner: OpenMiner
  beforeAll(async () => {
    miner = await startOpenMiner({ flags: { concurrency: 1 } })
  })
  afterAll(() => miner.stop())

  it('stops its generation, frees the place and uses no receipt number', async () => {
    const sign = () => signedRequest(miner.cast.validator, miner.cast.miner.hotkey, chatAsk(miner.model.manifestDigest))
    const release = miner.engine.hold()
    const { path, headers, body } = sign()
    const outgoing = httpRequest(`${miner.running.url}${path}`, { method: 'POST', headers })
    outgoing.on('error', () => {})
    outgoing.end(body)
    await once(outgoing, 'finish')
    await vi.waitFor(() => expect(miner.engine.active()).toBe(1), { interval: 5, timeout: 5_000 })
    outgoing.destroy()
    await vi.waitFor(() => expect(miner.engine.active()).toBe(0), { interval: 5, timeout: 5_000 })
    release()
    const next = parseChatAnswer((await miner.send(sign())).json)
    expect(next.assay.receipt.previousDigest).toBe('0'.repeat(64))
  })

  const chat = { model: 'assay-tiny', messages: [{ role: 'user', content: 'hi' }], max_tokens: 16 }
  it.each(['a validator', 'a caller with a key'])('in the middle of a stream: %s frees the place and is charged for no more', async who => {
    const { cast, model, running, engine, apiKey } = miner
    const release = engine.hold(2)
    const signed = signedRequest(cast.validator, cast.miner.hotkey, chatAsk(model.manifestDigest, { stream: true }))
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` }
    const keyed = { ...signed, headers, body: new TextEncoder().encode(JSON.stringify({ ...chat, stream: true })) }
    const answersBefore = await miner.figure('assay_miner_answers_total')
    const stream = await openStream(running.url, who === 'a validator' ? signed : keyed)
    expect(await stream.next()).toContain('delta')
    const other = miner.call('/v1/chat/completions', chat)
    await vi.waitFor(async () => expect(await miner.figure('assay_miner_queue_waiting')).toBe(1), { interval: 5, timeout: 5_000 })
    const before = engine.calls()
    stream.destroy()
    // The next one starts while the engine is still held: the place of the first is free.
    await vi.waitFor(() => expect(engine.calls()).toBe(before + 1), { interval: 1, timeout: 5_000 })
    expect(engine.active()).toBe(1)
    release()
    expect((await other).status).toBe(200)
    expect(await miner.figure('assay_miner_answers_total')).toBe(answersBefore)
  })
})
