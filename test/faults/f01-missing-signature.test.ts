import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { chatAsk, signedRequest, withHeaders } from '../support/signed-ask.ts'
import { codeOf, startTestMiner, type TestMiner } from '../support/test-miner.ts'

describe('F01: a request without a signature', () => {
  let miner: TestMiner
  beforeAll(async () => {
    miner = await startTestMiner()
  })
  afterAll(() => miner.stop())

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['0x alone', '0x'],
  ])('is refused with a short body and leaves nothing behind: %s', async (_, signature) => {
    const request = signedRequest(miner.cast.validator, miner.cast.miner.hotkey, chatAsk(miner.model.manifestDigest))
    const reply = await miner.send(withHeaders(request, { [authHeaders.signature]: signature }))
    expect([reply.status, codeOf(reply)]).toEqual([401, 'MINER_AUTH_HEADERS'])
    expect(reply.text.length).toBeLessThan(200)
    expect(miner.engine.calls()).toBe(0)
    expect(await miner.figure('assay_miner_request_ids_held')).toBe(0)
  })
})
