import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseChatAnswer } from '../../shared/protocol/answer.ts'
import { chatAsk, signedRequest } from '../support/signed-ask.ts'
import { startTestMiner, type TestMiner } from '../support/test-miner.ts'

describe('F29: a caller that closes the connection before its answer', () => {
  let miner: TestMiner
  beforeAll(async () => {
    miner = await startTestMiner({ flags: { concurrency: 1 } })
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
})
