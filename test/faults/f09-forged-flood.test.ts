import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { times } from '../support/full-faults.ts'
import { pipelineRequests } from '../support/pipeline-requests.ts'
import { chatAsk, signedRequest, withHeaders } from '../support/signed-ask.ts'
import { startTestMiner, type TestMiner } from '../support/test-miner.ts'

describe('F09: a flood of forged signatures in a real validator’s name', () => {
  let miner: TestMiner
  beforeAll(async () => {
    miner = await startTestMiner()
  })
  afterAll(() => miner.stop())

  it('costs a few verifications, and the real validator is answered all the while', async () => {
    const { validator, miner: self } = miner.cast
    const honest = () => miner.send(signedRequest(validator, self.hotkey, chatAsk(miner.model.manifestDigest)))
    expect((await honest()).status).toBe(200)
    const forged = withHeaders(signedRequest(validator, self.hotkey, chatAsk(miner.model.manifestDigest)), {
      [authHeaders.signature]: `0x${'5a'.repeat(64)}`,
    })
    const flood = pipelineRequests(
      miner.running.url,
      times(3_000, 50_000),
      () => withHeaders(forged, { [authHeaders.time]: String(Date.now()) }),
      '127.0.0.5',
    )
    const replies = []
    for (let index = 0; index < 20; index++) replies.push((await honest()).status)
    const { statuses } = await flood
    expect(replies).toEqual(replies.map(() => 200))
    // The burst of one pair, and what its rate gave while the flood went on.
    expect(statuses['401'] ?? 0).toBeLessThan(times(500, 2_000))
    expect(statuses['429'] ?? 0).toBeGreaterThan(times(2_000, 40_000))
  }, 120_000)
})
