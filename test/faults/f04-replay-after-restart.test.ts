import { describe, expect, it } from 'vitest'
import { parseChatAnswer } from '../../shared/protocol/answer.ts'
import { chatAsk, signedRequest } from '../support/signed-ask.ts'
import { codeOf, startTestMiner } from '../support/test-miner.ts'

describe('F04: a request repeated after the miner was restarted', () => {
  it('is refused, while a new one is answered with the next number', async () => {
    const before = await startTestMiner()
    const { folder, cast, model } = before
    const request = signedRequest(cast.validator, cast.miner.hotkey, chatAsk(model.manifestDigest))
    const first = parseChatAnswer((await before.send(request)).json)
    await before.stop(true)

    const after = await startTestMiner({ folder })
    try {
      const reply = await after.send(request)
      expect([reply.status, codeOf(reply)]).toEqual([409, 'MINER_REPLAYED'])
      expect(after.engine.calls()).toBe(0)
      const next = parseChatAnswer((await after.send(signedRequest(cast.validator, cast.miner.hotkey, chatAsk(model.manifestDigest)))).json)
      expect(next.assay.receipt.sequence).toBe(first.assay.receipt.sequence + 1)
    } finally {
      await after.stop()
    }
  })
})
