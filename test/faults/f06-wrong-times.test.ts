import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authHeaders } from '../../shared/protocol/request-auth.ts'
import { chatAsk, signedRequest, withHeaders } from '../support/signed-ask.ts'
import { codeOf, startTestMiner, type TestMiner } from '../support/test-miner.ts'

describe('F06: a request with a wrong time', () => {
  let miner: TestMiner
  beforeAll(async () => {
    miner = await startTestMiner()
  })
  afterAll(() => miner.stop())
  const sign = (timeMs?: number) =>
    signedRequest(
      miner.cast.validator,
      miner.cast.miner.hotkey,
      chatAsk(miner.model.manifestDigest),
      timeMs === undefined ? {} : { timeMs },
    )

  it.each([
    ['an hour in the future', 3_600_000],
    ['an hour in the past', -3_600_000],
    ['just over the past edge', -5_500],
    ['just over the future edge', 3_000],
  ])('is refused, validly signed as it is, and locks out no later one: %s', async (_, offsetMs) => {
    const reply = await miner.send(sign(Date.now() + offsetMs))
    expect([reply.status, codeOf(reply)]).toEqual([401, 'MINER_TIME'])
    expect((await miner.send(sign())).status).toBe(200)
  })

  it.each([
    ['negative', () => `-${Date.now()}`],
    ['2^64', () => '18446744073709551616'],
    ['a fraction', () => `${Date.now()}.0`],
    ['an exponent', () => '1.7e12'],
    ['leading zeros', () => `00${Date.now()}`],
    ['a plus sign', () => `+${Date.now()}`],
    ['hexadecimal', () => `0x${Date.now().toString(16)}`],
    ['no number', () => 'now'],
    ['two times', () => `${Date.now()}, ${Date.now()}`],
  ])('is refused where the time is not written in its one way: %s', async (_, time) => {
    const reply = await miner.send(withHeaders(sign(), { [authHeaders.time]: time() }))
    expect([reply.status, codeOf(reply)]).toEqual([401, 'MINER_AUTH_HEADERS'])
  })
})
