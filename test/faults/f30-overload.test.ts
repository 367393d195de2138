import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseChatAnswer } from '../../shared/protocol/answer.ts'
import { fullFaults } from '../support/full-faults.ts'
import { chatAsk, signedRequest } from '../support/signed-ask.ts'
import { codeOf, sendRaw, startTestMiner, type TestMiner } from '../support/test-miner.ts'

const tokenRate = 200
const seconds = 5

// It measures a rate on the real clock, so it stays out of the quick run.
describe.runIf(fullFaults)('F30: ten times the load that a miner can carry', () => {
  let miner: TestMiner
  beforeAll(async () => {
    miner = await startTestMiner({ flags: { tokenRate } })
  })
  afterAll(() => miner.stop())

  it('is refused early where it is too much, and the capacity is used', async () => {
    const { validator, lesser, miner: self } = miner.cast
    const agent = new Agent({ keepAlive: true, maxSockets: 100 })
    const started = performance.now()
    const elapsed = () => (performance.now() - started) / 1_000
    const send = async (index: number) => {
      const body = chatAsk(miner.model.manifestDigest, {}, { deadlineMs: 3_000 })
      const reply = await sendRaw(miner.running.url, signedRequest(index % 2 === 0 ? validator : lesser, self.hotkey, body), agent)
      return { reply, atSeconds: elapsed() }
    }
    const replies: Array<ReturnType<typeof send>> = []
    // About ten of work a request: 200 requests a second are ten times 200 of work.
    for (let tick = 0; elapsed() < seconds; tick++) {
      for (let index = 0; index < 4; index++) replies.push(send(tick * 4 + index))
      await wait(20)
    }
    const all = await Promise.all(replies)
    agent.destroy()
    const work = all
      .filter(({ reply, atSeconds }) => reply.status === 200 && atSeconds <= seconds)
      .map(({ reply }) => parseChatAnswer(reply.json).usage)
      .reduce((sum, usage) => sum + usage.completion_tokens + usage.prompt_tokens / 10, 0)
    expect(work / seconds).toBeGreaterThan(0.8 * tokenRate)
    expect(work / seconds).toBeLessThan(1.05 * tokenRate)
    const refusals = new Set(all.filter(({ reply }) => reply.status !== 200).map(({ reply }) => codeOf(reply)))
    expect([...refusals]).toContain('MINER_OVER_SHARE')
  }, 60_000)
})
