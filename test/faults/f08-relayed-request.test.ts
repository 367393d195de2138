import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { chatAsk, signedRequest, withHeaders } from '../support/signed-ask.ts'
import { codeOf, startTestMiner, type TestMiner } from '../support/test-miner.ts'

describe('F08: a request that another miner received and passes on', () => {
  let miner: TestMiner
  beforeAll(async () => {
    miner = await startTestMiner()
  })
  afterAll(() => miner.stop())
  const signedForNeighbour = () => signedRequest(miner.cast.validator, miner.cast.neighbour.hotkey, chatAsk(miner.model.manifestDigest))

  it('is refused as it is', async () => {
    const reply = await miner.send(signedForNeighbour())
    expect([reply.status, codeOf(reply)]).toEqual([401, 'MINER_RECEIVER'])
  })

  it('is refused when the receiver’s name is exchanged', async () => {
    const reply = await miner.send(withHeaders(signedForNeighbour(), { [authHeaders.receiver]: miner.cast.miner.hotkey }))
    expect([reply.status, codeOf(reply)]).toEqual([401, 'MINER_SIGNATURE'])
    expect(miner.engine.calls()).toBe(0)
  })
})
