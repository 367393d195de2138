import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatAsk, signedRequest } from '../support/signed-ask.ts'
import { codeOf, startTestMiner, type TestMiner } from '../support/test-miner.ts'

describe('F03: a request sent twice', () => {
  let miner: TestMiner
  beforeAll(async () => {
    miner = await startTestMiner()
  })
  afterAll(() => miner.stop())

  it('is answered once', async () => {
    const request = signedRequest(miner.cast.validator, miner.cast.miner.hotkey, chatAsk(miner.model.manifestDigest))
    const replies = await Promise.all([miner.send(request), miner.send(request), miner.send(request)])
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect(replies.map(codeOf).filter(code => code !== undefined)).toEqual(['MINER_REPLAYED', 'MINER_REPLAYED'])
    expect(miner.engine.calls()).toBe(1)
  })

  it('is refused under a new signature too, since sr25519 signs the same text differently each time', async () => {
    const ask = chatAsk(miner.model.manifestDigest)
    const timeMs = Date.now()
    const sign = () => signedRequest(miner.cast.validator, miner.cast.miner.hotkey, ask, { timeMs })
    expect((await miner.send(sign())).status).toBe(200)
    expect((await miner.send(sign())).status).toBe(409)
  })
})
