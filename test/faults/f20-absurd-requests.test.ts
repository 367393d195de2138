import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { longestStall } from '../support/longest-stall.ts'
import { type OpenMiner, startOpenMiner } from '../support/open-miner.ts'
import { chatAsk, signedRequest } from '../support/signed-ask.ts'
import { codeOf } from '../support/test-miner.ts'

const messages = [{ role: 'user', content: 'hi' }]
const chat = { model: 'assay-tiny', messages, max_tokens: 4 }

describe('F20: requests for absurd amounts', () => {
  let miner: OpenMiner
  beforeAll(async () => {
    miner = await startOpenMiner({}, { tokensPerMinute: 600 })
  })
  afterAll(() => miner.stop())

  const cases: [string, Record<string, unknown>, number][] = [
    ['16,384 answers', { ...chat, n: 16_384 }, 400],
    ['a billion tokens', { ...chat, max_tokens: 1e9 }, 400],
    ['more tokens than the context holds', { ...chat, max_tokens: 100_000 }, 400],
    ['a prompt of 10 MB', { ...chat, messages: [{ role: 'user', content: 'x'.repeat(10_000_000) }] }, 413],
    ['a prompt of 900 kB', { ...chat, messages: [{ role: 'user', content: 'x'.repeat(900_000) }] }, 400],
    ['a million stop strings', { ...chat, stop: Array.from({ length: 1_000_000 }, () => 'a') }, 413],
    ['a quarter of a million stop strings', { ...chat, stop: Array.from({ length: 250_000 }, () => 'a') }, 400],
    ['a stop string of 100 kB', { ...chat, stop: ['a'.repeat(100_000)] }, 400],
    ['a thousand likeliest tokens', { ...chat, logprobs: true, top_logprobs: 1_000 }, 400],
    ['a temperature of 1e300', { ...chat, temperature: 1e300 }, 400],
  ]
  it.each(cases)('%s are refused before the engine, and cost nothing', async (_, body, status) => {
    const { result, stallMs } = await longestStall(() => miner.call('/v1/chat/completions', body))
    expect(result.status).toBe(status)
    expect(codeOf(result)).toBeTypeOf('string')
    // Nobody else waits for the refusal: a list of a quarter of a million is not looked through for its faults.
    expect(stallMs).toBeLessThan(2_000)
    expect(miner.engine.calls()).toBe(0)
  })

  it('hundreds of thousands of token ids are refused whole', async () => {
    const prompt = Array.from({ length: 400_000 }, (_, index) => index % 10)
    const reply = await miner.call('/v1/completions', { model: 'assay-tiny', prompt, max_tokens: 1 })
    expect([reply.status, codeOf(reply)]).toEqual([400, 'PROTO_PARAMETER'])
  })

  it('leave the whole quota of the key', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => miner.call('/v1/chat/completions', { ...chat, max_tokens: 50 })))
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
  })

  it.each([
    ['16,384 answers', { n: 16_384 }],
    ['a billion tokens', { max_tokens: 1e9 }],
    ['five stop strings', { stop: ['a', 'b', 'c', 'd', 'e'] }],
    ['a quarter of a million stop strings', { stop: Array.from({ length: 200_000 }, () => 'a') }],
  ])('%s are refused to a validator too', async (_, changes) => {
    const before = miner.engine.calls()
    const ask = { ...chatAsk(miner.model.manifestDigest), ...changes }
    const request = signedRequest(miner.cast.validator, miner.cast.miner.hotkey, ask)
    const { result, stallMs } = await longestStall(() => miner.send(request))
    expect([result.status, codeOf(result)]).toEqual([400, 'PROTO_SHAPE'])
    expect(stallMs).toBeLessThan(2_000)
    expect(miner.engine.calls()).toBe(before)
  })
})
