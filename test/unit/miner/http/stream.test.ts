import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findStop } from '../../../../shared/models/find-stop.ts'
import type { AssayAnswer } from '../../../../shared/protocol/answer.ts'
import { type AnswerChunk, parseChatChunk, parseCompletionChunk } from '../../../../shared/protocol/answer-chunk.ts'
import type { ChatAsk } from '../../../../shared/protocol/ask.ts'
import { unpackTokenIds } from '../../../../shared/protocol/pack-numbers.ts'
import type { StreamChunk } from '../../../../shared/protocol/stream-chunk.ts'
import { extendStreamDigest, startStreamDigest } from '../../../../shared/protocol/stream-digest.ts'
import { sha256Hex } from '../../../../shared/util/sha256-hex.ts'
import { type OpenMiner, startOpenMiner } from '../../../support/open-miner.ts'
import { openStream } from '../../../support/read-stream.ts'
import { chatAsk, signedRequest } from '../../../support/signed-ask.ts'
import { codeOf } from '../../../support/test-miner.ts'

const textOfChunk = ({ choices: [choice] }: AnswerChunk) =>
  choice === undefined ? '' : 'delta' in choice ? (choice.delta.content ?? '') : choice.text
const isStep = (assay: StreamChunk | AssayAnswer | undefined): assay is StreamChunk => assay !== undefined && 'digest' in assay

describe('a streamed answer', () => {
  let miner: OpenMiner
  beforeAll(async () => {
    miner = await startOpenMiner()
  })
  afterAll(() => miner.stop())
  const streamOf = (changes: Partial<ChatAsk> = {}) => {
    const ask = chatAsk(miner.model.manifestDigest, { stream: true, ...changes })
    return { ask, open: () => openStream(miner.running.url, signedRequest(miner.cast.validator, miner.cast.miner.hotkey, ask)) }
  }
  const read = async (changes: Partial<ChatAsk> = {}) => {
    const { ask, open } = streamOf(changes)
    const stream = await open()
    const events = await stream.rest()
    return { ask, stream, last: events.at(-1), chunks: events.slice(0, -1).map(data => parseChatChunk(JSON.parse(data))) }
  }

  it('brings every token with the digest of all so far, how it ended, the usage, the receipt and the end, in this order', async () => {
    const { ask, stream, chunks, last } = await read()
    expect([stream.status, stream.headers['content-type'], last]).toEqual([200, 'text/event-stream; charset=utf-8', '[DONE]'])
    const steps = chunks.filter(({ assay }) => isStep(assay))
    // One a token, and one more where the last character was never finished.
    expect([9, 10]).toContain(steps.length)
    expect(
      chunks
        .slice(steps.length)
        .map(({ choices, usage, assay }) => [choices[0]?.finish_reason, usage?.completion_tokens, assay !== undefined]),
    ).toEqual([
      ['stop', undefined, false],
      [undefined, 9, false],
      [undefined, undefined, true],
    ])
    const final = chunks.at(-1)?.assay
    if (final === undefined || isStep(final)) throw new Error('no receipt')
    const { receipt } = final
    expect(sha256Hex(chunks.map(textOfChunk).join(''))).toBe(receipt.textDigest)
    let digest = startStreamDigest({ requestId: ask.assay.requestId, miner: miner.cast.miner.hotkey })
    const ids = steps.flatMap(({ assay }) => {
      if (!isStep(assay)) return []
      const step = unpackTokenIds(assay.tokenIds)
      digest = extendStreamDigest(digest, step)
      expect(assay.digest).toBe(digest.toString('hex'))
      return step
    })
    expect(ids).toEqual(unpackTokenIds(receipt.tokenIds))
  })

  it('is the answer that would have come whole', async () => {
    const { ask, chunks } = await read({ temperature: 1 })
    const whole = chatAsk(miner.model.manifestDigest, { temperature: 1 }, { ...ask.assay, requestId: 'f'.repeat(32) })
    const reply = await miner.send(signedRequest(miner.cast.validator, miner.cast.miner.hotkey, whole))
    expect(reply.json).toMatchObject({ choices: [{ message: { content: chunks.map(textOfChunk).join('') } }] })
  })

  it('comes from the plain route too, with log-probabilities where they are asked for', async () => {
    const { messages: _, ...rest } = chatAsk(miner.model.manifestDigest, { stream: true, max_tokens: 3 })
    const body = { ...rest, prompt: 'The fox', logprobs: 0 }
    const request = signedRequest(miner.cast.validator, miner.cast.miner.hotkey, body, { path: '/v1/completions' })
    const events = await (await openStream(miner.running.url, request)).rest()
    const chunks = events.slice(0, -1).map(data => parseCompletionChunk(JSON.parse(data)))
    expect(chunks.flatMap(({ choices }) => choices[0]?.logprobs?.token_logprobs ?? [])).toEqual([-0.5, -0.625, -0.75])
    expect(chunks.at(-2)?.usage?.completion_tokens).toBe(3)
  })

  it('ends at a stop string, and its receipt states that', async () => {
    const stop = ['e', 'a', 't', 's']
    const receipts = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { chunks } = await read({ stop })
        const final = chunks.at(-1)?.assay
        if (final === undefined || isStep(final)) throw new Error('no receipt')
        const { receipt } = final
        const text = chunks.map(textOfChunk).join('')
        expect([receipt.sampling.stop, sha256Hex(text), /[eats]/.test(text)]).toEqual([stop, receipt.textDigest, false])
        return receipt
      }),
    )
    const cut = receipts.filter(({ tokenIds }) => findStop(miner.model, unpackTokenIds(tokenIds), stop) !== null)
    expect(cut.length).toBeGreaterThan(0)
    // Cut by the text, with the token that completes it, and not by the model's own end.
    for (const { tokenIds, finishReason } of cut) {
      const ids = unpackTokenIds(tokenIds)
      expect([finishReason, findStop(miner.model, ids, stop), ids.includes(2)]).toEqual(['stop', ids.length, false])
    }
  })

  it('is refused like any other request while nothing of it was sent', async () => {
    const ask = chatAsk(miner.model.manifestDigest, { stream: true, max_tokens: 5_000 })
    const reply = await miner.send(signedRequest(miner.cast.validator, miner.cast.miner.hotkey, ask))
    expect([reply.status, codeOf(reply)]).toEqual([400, 'ENGINE_CONTEXT'])
  })

  it('ends with the error where the engine fails in the middle', async () => {
    const release = miner.engine.hold(3)
    const { ask, open } = streamOf()
    const { manifestDigest } = miner.model
    const late = chatAsk(manifestDigest, { stream: true }, { deadlineMs: 300 })
    const stream = await openStream(miner.running.url, signedRequest(miner.cast.validator, miner.cast.miner.hotkey, late))
    const events = await stream.rest()
    release()
    expect(events).toHaveLength(4)
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ error: { code: 'MINER_DEADLINE', type: 'rate_limit_error' } })
    expect((await (await open()).rest()).at(-1)).toBe('[DONE]')
    expect(ask.stream).toBe(true)
  })
})
